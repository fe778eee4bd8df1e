/**
 * Loss scaling for float16: the loss is multiplied by a scale that grows while gradients stay finite.
 * Pure graph: a step with a gradient that is not finite is computed and not kept.
 */
import { ArgumentError, type Tensor, type Variable, withSource } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Optimizer } from './optimizer.ts';
import type { LearningRateSchedule } from './schedules/schedule.ts';
import { commitIf, type Gradient } from './update.ts';

/** Options of {@link LossScaleOptimizer}. */
export interface LossScaleOptions {
  /** The optimizer that takes the steps. */
  readonly innerOptimizer: Optimizer;
  /** First scale. Default 2¹⁵. */
  readonly initialScale?: number | undefined;
  /** Steps without trouble after which the scale doubles. Default 2000. */
  readonly dynamicGrowthSteps?: number | undefined;
  /** Name; `loss_scale_optimizer` by default. */
  readonly name?: string | undefined;
}

/**
 * Scales the loss for another optimizer.
 *
 * @example
 * optimizers.lossScaleOptimizer({ innerOptimizer: optimizers.adam() });
 */
export class LossScaleOptimizer extends Optimizer {
  static override readonly className: string = 'LossScaleOptimizer';
  readonly innerOptimizer: Optimizer;
  readonly initialScale: number;
  readonly dynamicGrowthSteps: number;
  readonly #counter: Variable;
  readonly #scale: Variable;

  constructor(options: LossScaleOptions) {
    super({ name: options.name }, 0);
    if (!(options.innerOptimizer instanceof Optimizer)) {
      throw new ArgumentError('LossScaleOptimizer takes { innerOptimizer: an optimizer }');
    }
    this.innerOptimizer = options.innerOptimizer;
    this.initialScale = options.initialScale ?? 2 ** 15;
    this.dynamicGrowthSteps = options.dynamicGrowthSteps ?? 2000;
    this.#counter = this.addVariable('step_counter', [], 'int32');
    this.#scale = this.addVariable('dynamic_scale', [], 'float32', this.initialScale);
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    this.innerOptimizer.build(variables);
    super.build(variables);
  }

  /** The scale in force. */
  get dynamicScale(): Variable {
    return this.#scale;
  }

  override get variables(): readonly Variable[] {
    return [...super.variables, ...this.innerOptimizer.variables];
  }

  override get iterations(): { readonly value: Tensor } {
    return this.innerOptimizer.iterations;
  }

  override get learningRate(): Tensor {
    return this.innerOptimizer.learningRate;
  }

  override set learningRate(rate: number | LearningRateSchedule) {
    this.innerOptimizer.learningRate = rate;
  }

  override get learningRateVariable(): Variable | undefined {
    return this.innerOptimizer.learningRateVariable;
  }

  override get scalesLoss(): boolean {
    return true;
  }

  override scaleLoss(loss: Tensor): Tensor {
    return loss.mul(this.#scale);
  }

  override apply(gradients: readonly Gradient[], variables?: readonly Variable[]): void {
    if (gradients.length === 0) return;
    const targets = this.targets(gradients, variables);
    const counter = this.#counter;
    const scale = this.#scale;
    withSource(this.name, () => {
      const finite = gradients
        .filter((gradient) => gradient !== null)
        .map((gradient) => ops.all(ops.isfinite(gradient)))
        .reduce((a, b) => ops.logicalAnd(a, b));
      const unscaled = gradients.map((gradient) => gradient && gradient.div(scale));
      commitIf(finite, [...targets, ...this.innerOptimizer.variables], () => {
        this.innerOptimizer.apply(unscaled, targets);
      });
      const grows = counter.value.equal(this.dynamicGrowthSteps - 1);
      const next = ops.where(grows, 0, counter.value.add(1));
      counter.assign(ops.where(finite, next, 0));
      const factor = ops.where(finite, ops.where(grows, 2, 1), 0.5);
      scale.assign(scale.value.mul(factor));
    });
  }

  protected override updateStep(): void {
    throw new ArgumentError('LossScaleOptimizer leaves updates to its inner optimizer.');
  }

  override finalizeVariableValues(variables?: readonly Variable[]): void {
    this.innerOptimizer.finalizeVariableValues(variables);
  }

  override getConfig(): object {
    const { name, innerOptimizer, initialScale, dynamicGrowthSteps } = this;
    return { name, innerOptimizer, initialScale, dynamicGrowthSteps };
  }
}
