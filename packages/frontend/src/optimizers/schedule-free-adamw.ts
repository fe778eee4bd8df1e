/** AdamW that needs no learning-rate schedule (Defazio et al., arXiv 2405.15682). */
import { currentTrace, StateError, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { AdamOptions } from './adam.ts';
import { Optimizer, type Slots } from './optimizer.ts';

/** Options of {@link ScheduleFreeAdamW}. */
export interface ScheduleFreeAdamWOptions extends AdamOptions {
  /** Steps over which the rate rises from 0. Default 0. */
  readonly warmupSteps?: number | undefined;
}

/** Averages its iterates instead of lowering the rate. Default rate 0.0025, epsilon 1e-8. */
export class ScheduleFreeAdamW extends Optimizer {
  static override readonly className: string = 'ScheduleFreeAdamW';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly warmupSteps: number;
  #momentums: Slots = new Map();
  #velocities: Slots = new Map();

  constructor(options: ScheduleFreeAdamWOptions = {}) {
    super(options, 0.0025);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-8;
    this.warmupSteps = options.warmupSteps ?? 0;
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    if (currentTrace() !== undefined) {
      throw new StateError(
        `${this.name} starts from the values of the variables, which a compiled step cannot ` +
          'read: call optimizer.build(variables) before the first step.',
      );
    }
    super.build(variables);
    const slots = this.addSlots(variables, ['momentum', 'velocity']);
    this.#momentums = slots[0]!;
    this.#velocities = slots[1]!;
    for (const [variable, momentum] of this.#momentums) momentum.assign(variable.value);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const { beta1, beta2, epsilon, warmupSteps } = this;
    const step = this.localStep(variable.dtype);
    const warm = warmupSteps > 0 ? rate.mul(ops.minimum(step.div(warmupSteps), 1)) : rate;
    const momentumSlot = this.#momentums.get(variable)!;
    const velocitySlot = this.#velocities.get(variable)!;
    const old = momentumSlot.value;
    const velocity = velocitySlot.value;
    const nextVelocity = velocity.add(
      ops
        .square(gradient)
        .sub(velocity)
        .mul(1 - beta2),
    );
    const corrected = nextVelocity.div(ops.subtract(1, ops.power(beta2, step)));
    const root = ops.sqrt(corrected).add(epsilon);
    const momentum = old.sub(gradient.mul(warm).div(root));
    const weight = ops.divide(1, step);
    const average = variable.value.sub(old.mul(1 - beta1)).div(beta1);
    const nextAverage = average.mul(ops.subtract(1, weight)).add(momentum.mul(weight));
    variable.assign(momentum.mul(1 - beta1).add(nextAverage.mul(beta1)));
    momentumSlot.assign(momentum);
    velocitySlot.assign(nextVelocity);
  }

  override getConfig(): object {
    const { beta1, beta2, epsilon, warmupSteps } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon, warmupSteps };
  }
}
