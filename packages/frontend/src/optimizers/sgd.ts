/** Stochastic gradient descent, with momentum. */
import { ArgumentError, type Tensor, type Variable } from '@addax/core';
import { Optimizer, type Slots } from './optimizer.ts';
import type { OptimizerOptions } from './options.ts';

/** Options of {@link SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** Between 0 and 1; 0 (default) is plain descent. */
  readonly momentum?: number | undefined;
  /** Nesterov's momentum. Default false. */
  readonly nesterov?: boolean | undefined;
}

/** w ← w − rate · g; with momentum m ← momentum · m − rate · g, w ← w + m. Default rate 0.01. */
export class SGD extends Optimizer {
  static override readonly className: string = 'SGD';
  readonly momentum: number;
  readonly nesterov: boolean;
  #momentums: Slots = new Map();

  constructor(options: SGDOptions = {}) {
    super(options, 0.01);
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
    if (!(this.momentum >= 0 && this.momentum <= 1)) {
      throw new ArgumentError(`momentum must be between 0 and 1, got ${this.momentum}`);
    }
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    if (this.momentum !== 0) this.#momentums = this.addSlots(variables, ['momentum'])[0]!;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const step = gradient.mul(rate);
    const slot = this.#momentums.get(variable);
    if (slot === undefined) {
      variable.assign(variable.value.sub(step));
      return;
    }
    const momentum = slot.value.mul(this.momentum).sub(step);
    slot.assign(momentum);
    const change = this.nesterov ? momentum.mul(this.momentum).sub(step) : momentum;
    variable.assign(variable.value.add(change));
  }

  override getConfig(): object {
    const { momentum, nesterov } = this;
    return { ...super.getConfig(), momentum, nesterov };
  }
}
