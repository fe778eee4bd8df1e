/**
 * Base of optimizers. A step is made of tensor ops on variables, so it compiles into the training step:
 * nothing is read on the host, what depends on a condition is computed and then selected, and
 * the learning rate is a variable, never a constant of the graph.
 */
import {
  ArgumentError,
  autoName,
  type DType,
  floatx,
  StateError,
  type Tensor,
  toSnakeCase,
  Variable,
  withSource,
} from '@addax/core';
import * as ops from '@addax/core/ops';
import { Constant } from '../initializers/constant.ts';
import { classNameOf, type NamedClass } from '../utils/class-name.ts';
import { clipByGlobalNorm, clipByNorm, clipByValue } from './clip.ts';
import { type CommonSettings, commonSettings, type OptimizerOptions } from './options.ts';
import { LearningRateSchedule } from './schedules/schedule.ts';
import { commitIf, type Gradient, presentGradients, shrink } from './update.ts';

/** State of the optimizer for each trained variable. */
export type Slots = ReadonlyMap<Variable, Variable>;

/** Which variables weight decay leaves alone. */
export interface WeightDecayExclusion {
  readonly variables?: readonly Variable[] | undefined;
  /** Parts of variable names (`['bias', 'gamma']`). */
  readonly names?: readonly string[] | undefined;
}

/**
 * Changes variables by their gradients. Subclasses write `updateStep`, and `build` if they keep
 * state.
 *
 * @example
 * const optimizer = optimizers.adam({ learningRate: 1e-3 });
 * optimizer.apply(gradients, model.trainableVariables);
 */
export abstract class Optimizer {
  static readonly className: string = 'Optimizer';
  readonly name: string;
  /** The options shared by all optimizers. */
  readonly settings: CommonSettings;
  readonly #counter: Variable;
  readonly #state: Variable[] = [];
  #rate: Variable | LearningRateSchedule;
  #rateNumber: number;
  #trained: readonly Variable[] | undefined;
  #averages: Slots = new Map();
  #accumulators: Slots = new Map();
  #excluded: WeightDecayExclusion = {};
  #warned = false;

  constructor(options: OptimizerOptions, defaultRate: number) {
    const className = classNameOf(this.constructor as unknown as NamedClass);
    this.name = options.name ?? autoName(toSnakeCase(className));
    this.settings = commonSettings(options);
    this.#counter = this.#newVariable('iteration', [], 'int32', 0);
    const rate = options.learningRate ?? defaultRate;
    this.#rateNumber = typeof rate === 'number' ? checkRate(rate) : NaN;
    this.#rate =
      rate instanceof LearningRateSchedule
        ? rate
        : this.#newVariable('learning_rate', [], floatx(), checkRate(rate));
  }

  /** Whether the state exists. */
  get built(): boolean {
    return this.#trained !== undefined;
  }

  /**
   * Steps taken (updates, with gradient accumulation), an int32 scalar: `await
   * optimizer.iterations.value.item()`.
   */
  get iterations(): { readonly value: Tensor } {
    const steps = this.settings.gradientAccumulationSteps;
    return steps === null ? this.#counter : { value: ops.floorDivide(this.#counter, steps) };
  }

  /**
   * All state in the order of Keras' files: iteration, learning rate (unless it is a schedule),
   * averages, accumulated gradients, slots.
   */
  get variables(): readonly Variable[] {
    const rate = this.#rate instanceof Variable ? [this.#rate] : [];
    return [this.#counter, ...rate, ...this.#state];
  }

  /** The variables it was built for. */
  get trainedVariables(): readonly Variable[] {
    return this.#trained ?? [];
  }

  /** The rate here and now, a float scalar; set a number, or replace a schedule by another. */
  get learningRate(): Tensor {
    const rate = this.#rate;
    return rate instanceof Variable ? rate.value : rate(this.#counter);
  }

  set learningRate(rate: number | LearningRateSchedule) {
    if (rate instanceof LearningRateSchedule) {
      this.#rate = rate;
      return;
    }
    if (this.#rate instanceof LearningRateSchedule) {
      throw new StateError(
        `the learning rate of ${this.name} is a schedule and cannot be set to a number: create ` +
          'the optimizer with a number instead.',
      );
    }
    this.#rateNumber = checkRate(rate);
    this.#rate.assign(rate);
  }

  /** The variable behind {@link Optimizer.learningRate}; undefined for a schedule. */
  get learningRateVariable(): Variable | undefined {
    return this.#rate instanceof Variable ? this.#rate : undefined;
  }

  /** Creates the state for these variables; done by the first `apply` otherwise. */
  build(variables: readonly Variable[]): void {
    if (this.built) return;
    this.#trained = [...variables];
    if (this.settings.useEma) this.#averages = this.addSlots(variables, ['average'])[0]!;
    if (this.settings.gradientAccumulationSteps !== null) {
      this.#accumulators = this.addSlots(variables, ['gradient_accumulator'])[0]!;
    }
  }

  /** One step for one variable: `variable.assign(…)`. */
  protected abstract updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void;

  /** One step for all variables. */
  protected updateAll(
    gradients: readonly Tensor[],
    variables: readonly Variable[],
    rate: Tensor,
  ): void {
    variables.forEach((variable, i) => {
      const { dtype } = variable;
      this.updateStep(gradients[i]!.cast(dtype), variable, rate.cast(dtype));
    });
  }

  /** Zeros (or `initial`) shaped like each variable, one map per name, interleaved by variable. */
  protected addSlots(
    variables: readonly Variable[],
    names: readonly string[],
    initial: readonly number[] = [],
  ): Slots[] {
    const slots = names.map(() => new Map<Variable, Variable>());
    for (const variable of variables) {
      names.forEach((name, i) => {
        slots[i]!.set(variable, this.addSlot(variable, name, initial[i] ?? 0));
      });
    }
    return slots;
  }

  /** State shaped like a variable. */
  protected addSlot(variable: Variable, name: string, initial = 0): Variable {
    const slotName = `${variable.path.replaceAll('/', '_')}_${name}`;
    return this.addVariable(slotName, variable.shape, variable.dtype, initial);
  }

  /** State of its own. */
  protected addVariable(
    name: string,
    shape: readonly number[],
    dtype: DType,
    initial = 0,
  ): Variable {
    const variable = this.#newVariable(name, shape, dtype, initial);
    this.#state.push(variable);
    return variable;
  }

  #newVariable(name: string, shape: readonly number[], dtype: DType, value: number): Variable {
    return new Variable(new Constant({ value }).draw(shape, dtype), {
      name,
      path: `${this.name}/${name}`,
      trainable: false,
      autocast: false,
    });
  }

  /** Number of this step, from 1. */
  protected localStep(dtype: DType): Tensor {
    return ops.cast(this.iterations.value.add(1), dtype);
  }

  /** Leaves variables out of weight decay; before the first step. */
  excludeFromWeightDecay(exclusion: WeightDecayExclusion): void {
    if (this.built) {
      throw new StateError('excludeFromWeightDecay must be called before the optimizer is built.');
    }
    this.#excluded = exclusion;
  }

  /** Whether weight decay applies to a variable. */
  protected decays(variable: Variable): boolean {
    const { variables = [], names = [] } = this.#excluded;
    return !variables.includes(variable) && !names.some((name) => variable.name.includes(name));
  }

  /** @internal Whether the loss is scaled by what the optimizer finds out. */
  get scalesLoss(): boolean {
    return false;
  }

  /** The loss to differentiate: multiplied by the loss scale factor, if there is one. */
  scaleLoss(loss: Tensor): Tensor {
    const { lossScaleFactor } = this.settings;
    return lossScaleFactor === null ? loss : loss.mul(lossScaleFactor);
  }

  /**
   * Changes variables by their gradients. Variables without a gradient (null) stay as they are.
   *
   * @param variables Those of the gradients, in their order; by default those of `build`.
   */
  apply(gradients: readonly Gradient[], variables?: readonly Variable[]): void {
    if (gradients.length === 0) return;
    const targets = this.targets(gradients, variables);
    withSource(this.name, () => {
      const [found, owners] = presentGradients(this.name, gradients, targets);
      if (owners.length < targets.length) this.#warn(gradients, targets);
      const scale = this.settings.lossScaleFactor;
      this.#step(scale === null ? found : found.map((gradient) => gradient.div(scale)), owners);
      for (const variable of owners) {
        if (variable.constraint !== undefined) {
          variable.assign(variable.constraint(variable.value));
        }
      }
      this.#counter.assign(this.#counter.value.add(1));
    });
  }

  /** {@link Optimizer.apply} with pairs, as in Keras. */
  applyGradients(pairs: Iterable<readonly [Gradient, Variable]>): void {
    const list = [...pairs];
    this.apply(
      list.map(([gradient]) => gradient),
      list.map(([, variable]) => variable),
    );
  }

  /** The variables that gradients belong to, with the state built. */
  protected targets(
    gradients: readonly Gradient[],
    variables: readonly Variable[] | undefined,
  ): readonly Variable[] {
    if (variables !== undefined && !this.built) this.build(variables);
    const targets = variables ?? this.#trained;
    if (targets === undefined) {
      throw new StateError(
        `${this.name}.apply(gradients) needs the variables: pass them, or call build(variables).`,
      );
    }
    if (targets.length !== gradients.length) {
      throw new ArgumentError(
        `${this.name}.apply got ${gradients.length} gradients for ${targets.length} variables.`,
      );
    }
    const unknown = targets.find((variable) => !this.#trained!.includes(variable));
    if (unknown !== undefined) {
      throw new ArgumentError(
        `${this.name} was not built for variable "${unknown.path}": an optimizer serves the ` +
          'variables of its first step. Create another one for new variables.',
      );
    }
    return targets;
  }

  #warn(gradients: readonly Gradient[], variables: readonly Variable[]): void {
    if (this.#warned) return;
    this.#warned = true;
    const missing = variables.filter((_, i) => gradients[i] === null).map(({ path }) => path);
    // eslint-disable-next-line no-console -- Keras warns of this too: it is mostly a mistake
    console.warn(`${this.name}: no gradients for ${missing.join(', ')}; they stay as they are.`);
  }

  #step(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    const { gradientAccumulationSteps: steps } = this.settings;
    if (steps === null) {
      this.#update(gradients, variables);
    } else {
      const due = this.#counter.value.add(1).mod(steps).equal(0);
      const stores = variables.map((variable) => this.#accumulators.get(variable)!);
      const sums = gradients.map((gradient, i) => gradient.add(stores[i]!.value));
      const means = sums.map((sum) => sum.div(steps));
      commitIf(due, [...variables, ...this.#state], () => this.#update(means, variables));
      stores.forEach((store, i) => {
        store.assign(ops.where(due, ops.zerosLike(sums[i]!), sums[i]!));
      });
    }
    if (this.settings.useEma) this.#updateAverages();
  }

  #update(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    const clipped = this.#clip(gradients);
    const rate = this.learningRate;
    this.decayWeights(variables, rate);
    this.updateAll(clipped, variables, rate);
  }

  #clip(gradients: readonly Tensor[]): readonly Tensor[] {
    const { clipnorm, globalClipnorm, clipvalue } = this.settings;
    if (clipnorm !== null) return gradients.map((gradient) => clipByNorm(gradient, clipnorm));
    if (globalClipnorm !== null) return clipByGlobalNorm(gradients, globalClipnorm);
    if (clipvalue !== null) return gradients.map((gradient) => clipByValue(gradient, clipvalue));
    return gradients;
  }

  /** Decoupled weight decay, before the update. */
  protected decayWeights(variables: readonly Variable[], rate: Tensor): void {
    const { weightDecay } = this.settings;
    if (weightDecay === null) return;
    for (const variable of variables) {
      if (this.decays(variable)) shrink(variable, weightDecay, rate);
    }
  }

  #updateAverages(): void {
    const { emaMomentum, emaOverwriteFrequency: frequency } = this.settings;
    const iterations = this.iterations.value;
    const notFirst = iterations.notEqual(0);
    for (const [variable, average] of this.#averages) {
      const momentum = ops.cast(notFirst, variable.dtype).mul(emaMomentum);
      const rest = variable.value.mul(ops.subtract(1, momentum));
      average.assign(momentum.mul(average).add(rest));
    }
    if (frequency === null) return;
    const due = iterations.add(1).mod(frequency).equal(0);
    for (const [variable, average] of this.#averages) {
      variable.assign(ops.where(due, average.value, variable.value));
    }
  }

  /** Puts moving averages in the place of the weights; `fit` calls it at its end. */
  finalizeVariableValues(variables: readonly Variable[] = this.trainedVariables): void {
    for (const variable of variables) {
      const average = this.#averages.get(variable);
      if (average !== undefined) variable.assign(average.value);
    }
  }

  /** Constructor options. */
  getConfig(): object {
    const { name, settings } = this;
    const rate = this.#rate instanceof Variable ? Math.fround(this.#rateNumber) : this.#rate;
    return { name, learningRate: rate, ...settings };
  }

  toJSON(): unknown {
    const className = classNameOf(this.constructor as unknown as NamedClass);
    return { className, config: this.getConfig() };
  }

  toString(): string {
    return `${this.name} (optimizer with ${this.variables.length} variables)`;
  }
}

function checkRate(rate: number): number {
  if (typeof rate === 'number' && Number.isFinite(rate)) return rate;
  throw new ArgumentError(
    `learningRate must be a number or a LearningRateSchedule, got ${String(rate)}`,
  );
}
