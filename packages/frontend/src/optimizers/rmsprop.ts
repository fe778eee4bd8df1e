/** RMSprop: gradients divided by a running root mean square. */
import { type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Optimizer, type Slots } from './optimizer.ts';
import type { OptimizerOptions } from './options.ts';

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Discount of old gradients. Default 0.9. */
  readonly rho?: number | undefined;
  /** Momentum. Default 0. */
  readonly momentum?: number | undefined;
  /** Added under the root. Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Whether to divide by the estimated variance instead. Default false. */
  readonly centered?: boolean | undefined;
}

/** w ← w − rate · g / √(v + ε), v the running mean of g². Default rate 0.001. */
export class RMSprop extends Optimizer {
  static override readonly className: string = 'RMSprop';
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
  #velocities: Slots = new Map();
  #momentums: Slots = new Map();
  #means: Slots = new Map();

  constructor(options: RMSpropOptions = {}) {
    super(options, 0.001);
    this.rho = options.rho ?? 0.9;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? 1e-7;
    this.centered = options.centered ?? false;
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    this.#velocities = this.addSlots(variables, ['velocity'])[0]!;
    if (this.momentum > 0) this.#momentums = this.addSlots(variables, ['momentum'])[0]!;
    if (this.centered) this.#means = this.addSlots(variables, ['average_gradient'])[0]!;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const { rho, epsilon } = this;
    const slot = this.#velocities.get(variable)!;
    const velocity = slot.value.mul(rho).add(ops.square(gradient).mul(1 - rho));
    slot.assign(velocity);
    let variance = velocity;
    const meanSlot = this.#means.get(variable);
    if (meanSlot !== undefined) {
      const mean = meanSlot.value.mul(rho).add(gradient.mul(1 - rho));
      meanSlot.assign(mean);
      variance = velocity.sub(ops.square(mean));
    }
    let change = gradient.mul(rate).div(ops.sqrt(variance.add(epsilon)));
    const momentumSlot = this.#momentums.get(variable);
    if (momentumSlot !== undefined) {
      change = momentumSlot.value.mul(this.momentum).add(change);
      momentumSlot.assign(change);
    }
    variable.assign(variable.value.sub(change));
  }

  override getConfig(): object {
    const { rho, momentum, epsilon, centered } = this;
    return { ...super.getConfig(), rho, momentum, epsilon, centered };
  }
}
