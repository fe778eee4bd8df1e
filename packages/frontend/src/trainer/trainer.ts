/**
 * Training: `compile`, the steps that models may override, and `fit`, `evaluate`, `predict` and their
 * one-batch forms. The loops stand in files of their own.
 */
import { GradientTape, scope, StateError, Tensor, type Variable } from '@addax/core';
import type { History } from '../callbacks/history.ts';
import { Layer } from '../layers/layer.ts';
import { unique } from '../layers/tracking.ts';
import type { MetricLike } from '../layers/types.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { type CompiledState, compileState } from './compile.ts';
import { batchSizeOf, unpackBatch } from './data/batch.ts';
import { isTrainer, registerTrainer } from './registry.ts';
import type { Resume } from './resume.ts';
import type {
  BatchStream,
  CompileOptions,
  DataStruct,
  EvaluateOptions,
  FitOptions,
  Logs,
  OnBatchOptions,
  PredictOptions,
  StepValues,
  TensorLogs,
} from './types.ts';

/** The loops come when they are needed: a page shows its model before it trains or predicts. */
const loops = async (): Promise<Loops> => (loaded ??= await import('./loops.ts'));

type Loops = typeof import('./loops.ts');

/** Kept: an import costs its time again on every call, however often it was done before. */
let loaded: Loops | undefined;

/** A layer that can be trained. */
export class Trainer extends Layer {
  /** Set by callbacks: training ends after this batch. */
  stopTraining = false;
  /** @internal Set by a callback when training begins: the run goes on from there. */
  resume: Resume | undefined;
  #compiled: CompiledState | undefined;
  #history: History | undefined;

  constructor(...args: ConstructorParameters<typeof Layer>) {
    super(...args);
    registerTrainer(this);
  }

  /**
   * Says how to train: optimizer, losses, metrics. Which weights are trainable is settled at the first
   * step after it.
   *
   * @throws ArgumentError for unknown names or options; nothing changes then.
   *
   * @example
   * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
   */
  compile(options: CompileOptions = {}): void {
    this.#compiled = compileState(this, options);
    this.stopTraining = false;
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#compiled !== undefined;
  }

  /** @internal What `compile` made. */
  get compiledState(): CompiledState {
    if (this.#compiled !== undefined) return this.#compiled;
    throw new StateError(`${this.label} is not compiled: call compile({ optimizer, loss }) first.`);
  }

  /** The options given to `compile`. */
  get compileOptions(): CompileOptions | undefined {
    return this.#compiled?.options;
  }

  /** The optimizer given to `compile`. */
  get optimizer(): Optimizer {
    return this.compiledState.optimizer;
  }

  /** Names of the outputs, which logs and records of labels and losses use. */
  get outputNames(): readonly string[] | undefined {
    return undefined;
  }

  /** What the last `fit` recorded. */
  get history(): History | undefined {
    return this.#history;
  }

  /** Metrics that are reset at each epoch's start: loss, compiled and tracked ones. */
  override get metrics(): MetricLike[] {
    const state = this.#compiled;
    const compiled: MetricLike[] =
      state === undefined
        ? []
        : [state.lossTracker, ...(state.metrics?.metrics ?? []), ...(state.loss?.metrics ?? [])];
    // The compiled metrics of models inside belong to their own training.
    const { metrics, layers } = this.tracked();
    const inner = layers.filter((layer) => !isTrainer(layer)).flatMap((layer) => layer.metrics);
    return unique([...compiled, ...metrics, ...inner]);
  }

  /** Sets all metrics back to the start. */
  resetMetrics(): void {
    // What the states are set to is theirs alone afterwards.
    scope(() => {
      for (const metric of this.metrics) metric.resetState();
    });
  }

  /**
   * One training step on a batch; override it for training of your own. It is compiled whole, so it must
   * be synchronous and may not read values.
   *
   * @param data The batch in the structure given to `fit`: `x`, `[x, y]` or `[x, y, sampleWeight]`.
   * @returns Scalars for the logs.
   */
  trainStep(data: unknown): Readonly<Record<string, unknown>> {
    const { x, y, sampleWeight } = unpackBatch(data);
    const state = this.compiledState;
    const { optimizer } = state;
    const tape = new GradientTape();
    const { yPred, loss } = tape.record(() => {
      const prediction: unknown = this.invoke(x, { training: true });
      const total = this.computeLoss({ x, y, yPred: prediction, sampleWeight });
      return { yPred: prediction, loss: total };
    });
    state.lossTracker.updateState(loss, { sampleWeight: batchSizeOf(x) });
    // The forward pass may have made the weights; the loss scale is state of the built optimizer.
    const variables = (state.trained ??= this.#requireTrainable());
    if (!optimizer.built) optimizer.build(variables);
    const scaled = tape.record(() => optimizer.scaleLoss(loss));
    optimizer.apply(tape.gradient(scaled, variables), variables);
    return this.computeMetrics({ x, y, yPred, sampleWeight });
  }

  #requireTrainable(): readonly Variable[] {
    const variables = this.trainableVariables;
    if (variables.length > 0) return variables;
    throw new StateError(`${this.label} has no trainable weights: there is nothing to train.`);
  }

  /** One evaluation step on a batch. */
  testStep(data: unknown): Readonly<Record<string, unknown>> {
    const { x, y, sampleWeight } = unpackBatch(data);
    const yPred = this.invoke(x, { training: false });
    const loss = this.computeLoss({ x, y, yPred, sampleWeight });
    this.compiledState.lossTracker.updateState(loss, { sampleWeight: batchSizeOf(x) });
    return this.computeMetrics({ x, y, yPred, sampleWeight });
  }

  /** One prediction step on a batch. */
  predictStep(data: unknown): unknown {
    return this.invoke(unpackBatch(data).x, { training: false });
  }

  /** The loss of a batch: that of `compile`, and what layers added. */
  computeLoss({ y, yPred, sampleWeight }: StepValues): Tensor {
    const compiled = this.compiledState.loss;
    const losses = this.losses.map((loss) => loss.sum());
    if (compiled !== undefined) losses.unshift(compiled.total(y, yPred, sampleWeight));
    if (losses.length > 0) return losses.reduce((a, b) => a.add(b));
    throw new StateError(
      `${this.label} has no loss: give one to compile({ loss }), or call addLoss in a layer.`,
    );
  }

  /** Updates the compiled metrics with a batch and gives all logs. */
  computeMetrics({ y, yPred, sampleWeight }: StepValues): Readonly<Record<string, unknown>> {
    this.compiledState.metrics?.update(y, yPred, sampleWeight);
    return this.metricResults();
  }

  /** The values of all metrics. */
  metricResults(): TensorLogs {
    const state = this.#compiled;
    const compiled = new Set<MetricLike>(state?.metrics?.metrics);
    const logs: Record<string, Tensor> = {};
    for (const metric of this.metrics) {
      if (compiled.has(metric)) continue;
      const result = metric.result();
      if (result instanceof Tensor) logs[metric.name] = result;
      else Object.assign(logs, result);
    }
    return { ...logs, ...state?.metrics?.results() };
  }

  /**
   * Trains for a number of epochs.
   *
   * @param x Arrays, typed arrays or tensors (alone or in arrays and records), or an iterable, async
   *   iterable or generator function of batches.
   * @param y Labels; part of the batches when x is an iterable.
   * @returns What was logged, epoch by epoch.
   *
   * @example
   * const { history } = await model.fit(images, labels, { epochs: 3, validationSplit: 0.1 });
   */
  async fit(
    x: DataStruct | BatchStream,
    y?: DataStruct | FitOptions | null,
    options?: FitOptions,
  ): Promise<History> {
    const { runFit, withoutLabels } = await loops();
    const given = withoutLabels(y, options);
    this.#history = await runFit(this, x, given.y, given.options);
    return this.#history;
  }

  /** Loss and metrics on data, as numbers by name. */
  async evaluate(
    x: DataStruct | BatchStream,
    y?: DataStruct | EvaluateOptions | null,
    options?: EvaluateOptions,
  ): Promise<Logs> {
    const { runEvaluate, withoutLabels } = await loops();
    const given = withoutLabels(y, options);
    return runEvaluate(this, x, given.y, given.options);
  }

  /**
   * The model's outputs for data of any length, batch by batch.
   *
   * @returns A tensor; for models with several outputs the array or record they give (say which with
   *   `predict<Tensor[]>(x)`).
   */
  async predict<R = Tensor>(x: DataStruct | BatchStream, options: PredictOptions = {}): Promise<R> {
    const { runPredict } = await loops();
    return (await runPredict(this, x, options)) as R;
  }

  /** One training step; the loss, or all logs with `returnDict`. */
  async trainOnBatch(
    x: DataStruct,
    y?: DataStruct,
    options?: OnBatchOptions & { readonly returnDict?: false | undefined },
  ): Promise<number>;
  async trainOnBatch(
    x: DataStruct,
    y: DataStruct | undefined,
    options: OnBatchOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  async trainOnBatch(
    x: DataStruct,
    y?: DataStruct,
    options: OnBatchOptions = {},
  ): Promise<unknown> {
    const { onBatch } = await loops();
    return onBatch(this, 'trainFresh', { x, y, ...options });
  }

  /** One evaluation step; the loss, or all logs with `returnDict`. */
  async testOnBatch(
    x: DataStruct,
    y?: DataStruct,
    options?: OnBatchOptions & { readonly returnDict?: false | undefined },
  ): Promise<number>;
  async testOnBatch(
    x: DataStruct,
    y: DataStruct | undefined,
    options: OnBatchOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  async testOnBatch(x: DataStruct, y?: DataStruct, options: OnBatchOptions = {}): Promise<unknown> {
    const { onBatch } = await loops();
    return onBatch(this, 'testFresh', { x, y, ...options });
  }

  /** The model's outputs for one batch. */
  async predictOnBatch<R = Tensor>(x: DataStruct): Promise<R> {
    const { predictOnBatch } = loaded ?? (await loops());
    // Not waited for here: a wait that is none still costs its turn.
    return predictOnBatch(this, x) as R;
  }
}
