/**
 * Building before the first step. A step that a model writes itself may look at its weights
 * (`trainableVariables`) and metrics before it calls anything, and what it sees in its first trace is
 * what it trains and measures for good. So, as in Keras, all of it is made before: the model is
 * evaluated on the shapes of the first batch, without numbers.
 */
import { AddaxError, infer, mapTree, StateError, SymbolicTensor, Tensor } from '@addax/core';
import { inStep } from '../layers/call-context.ts';
import type { Layer } from '../layers/layer.ts';
import { unpackBatch } from './data/batch.ts';
import { Trainer } from './trainer.ts';

/** The steps that models may override. */
export type StepName = 'trainStep' | 'testStep' | 'predictStep';

/**
 * Makes what a step may look for: weights, compiled losses and metrics, the optimizer's state. The
 * steps of {@link Trainer} call the model first, and need none of it.
 */
export function buildForStep(trainer: Trainer, step: StepName, data: unknown): void {
  if (!isOwn(trainer, step)) return;
  const state = trainer.compiled ? trainer.compiledState : undefined;
  const compiled = step === 'predictStep' ? [] : [state?.loss, state?.metrics];
  const unbuilt = compiled.some((part) => part?.built === false);
  if (unbuilt || !trainer.built || unbuiltLayers(trainer).length > 0) evaluate(trainer, step, data);
  if (step !== 'trainStep' || state === undefined || state.optimizer.built) return;
  // Layers that only the step itself calls are made in it; it says then what it optimizes.
  const variables = trainer.trainableVariables;
  if (variables.length > 0 && unbuiltLayers(trainer).length === 0) {
    state.optimizer.build(variables);
  }
}

/** Whether a subclass has a say in what the step does. */
function isOwn(trainer: Trainer, step: StepName): boolean {
  const methods: readonly (keyof Trainer)[] =
    step === 'predictStep' ? [step] : [step, 'computeLoss', 'computeMetrics'];
  return methods.some((method) => trainer[method] !== Trainer.prototype[method]);
}

/** One evaluation without numbers: of the model, then of its losses and metrics. */
function evaluate(trainer: Trainer, step: StepName, data: unknown): void {
  const symbols = mapTree(data, (leaf) =>
    leaf instanceof Tensor ? new SymbolicTensor(leaf.shape, leaf.dtype, '') : leaf,
  );
  const run = (batch: unknown): readonly unknown[] => {
    const called = callOn(trainer, batch);
    if (called === undefined || step === 'predictStep' || called.y === undefined) return [];
    const { loss, metrics } = trainer.compiledState;
    if (metrics?.built === false) trainer.computeMetrics(called);
    if (loss?.built === false) trainer.computeLoss(called);
    return [];
  };
  inStep(() => infer(symbols, run), { probing: true });
}

interface Called {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  readonly yPred: unknown;
}

/** The model's outputs for a batch; undefined if it cannot be called on it and need not be. */
function callOn(trainer: Trainer, batch: unknown): Called | undefined {
  try {
    const parts = unpackBatch(batch);
    return { ...parts, yPred: trainer.invoke(parts.x, { training: false }) };
  } catch (error) {
    const missing = unbuiltLayers(trainer);
    // A step may use the layers in a way of its own, on data that `call` does not take.
    if (missing.length === 0) return undefined;
    throw explained(trainer, missing, error);
  }
}

function explained(trainer: Trainer, missing: readonly Layer[], error: unknown): StateError {
  const reason = error instanceof Error ? error.message : String(error);
  const kind = error instanceof AddaxError || !(error instanceof Error) ? '' : `${error.name}: `;
  const names = missing.map(({ label }) => label);
  const list = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return new StateError(
    `${trainer.label} has a step of its own, so its weights are made before the first step, by a ` +
      `call on the shapes of the first batch. That failed: ${kind}${reason.replace(/\.?$/, '.')} Not built: ` +
      `${list.join(', ')}. Mend call(), or make the weights before: call the model, or these ` +
      'layers, on data or with build(inputShape).',
    { cause: error },
  );
}

/** Layers inside, at any depth, whose weights are not made. */
function unbuiltLayers(owner: Layer): Layer[] {
  const seen = new Set<Layer>();
  const visit = (layer: Layer): void => {
    for (const inner of layer.sublayers) {
      if (seen.has(inner)) continue;
      seen.add(inner);
      visit(inner);
    }
  };
  visit(owner);
  return [...seen].filter(({ built }) => !built);
}
