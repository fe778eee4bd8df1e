/** Relatives of Adam: Adamax, Nadam, Lamb, Lion. */
import { ArgumentError, floatx, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { AdamOptions } from './adam.ts';
import { Optimizer, type Slots } from './optimizer.ts';
import type { OptimizerOptions } from './options.ts';

/** What the three relatives with two moments share. */
abstract class TwoMoments extends Optimizer {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  #first: Slots = new Map();
  #second: Slots = new Map();

  constructor(options: AdamOptions) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  /** Name of the second moment's slots. */
  protected get secondName(): string {
    return 'velocity';
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    const [first, second] = this.addSlots(variables, ['momentum', this.secondName]);
    this.#first = first!;
    this.#second = second!;
  }

  protected updateFirst(gradient: Tensor, variable: Variable): Tensor {
    const slot = this.#first.get(variable)!;
    slot.assign(slot.value.add(gradient.sub(slot).mul(1 - this.beta1)));
    return slot.value;
  }

  protected updateSecond(variable: Variable, update: (old: Tensor) => Tensor): Tensor {
    const slot = this.#second.get(variable)!;
    slot.assign(update(slot.value));
    return slot.value;
  }

  protected updateVelocity(gradient: Tensor, variable: Variable): Tensor {
    return this.updateSecond(variable, (old) =>
      old.add(
        ops
          .square(gradient)
          .sub(old)
          .mul(1 - this.beta2),
      ),
    );
  }

  /** 1 − βᵗ. */
  protected correction(beta: number, step: Tensor): Tensor {
    return ops.subtract(1, ops.power(beta, step));
  }

  override getConfig(): object {
    const { beta1, beta2, epsilon } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon };
  }
}

/** Adam with the infinity norm for the second moment. Default rate 0.001. */
export class Adamax extends TwoMoments {
  static override readonly className: string = 'Adamax';

  constructor(options: AdamOptions = {}) {
    super(options);
  }

  protected override get secondName(): string {
    return 'norm';
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const correction = this.correction(this.beta1, this.localStep(variable.dtype));
    const momentum = this.updateFirst(gradient, variable);
    const norm = this.updateSecond(variable, (old) =>
      ops.maximum(old.mul(this.beta2), ops.abs(gradient)),
    );
    const divisor = norm.add(this.epsilon).mul(correction);
    variable.assign(variable.value.sub(momentum.mul(rate).div(divisor)));
  }
}

/** Adam with Nesterov's momentum (Dozat, 2015). Default rate 0.001. */
export class Nadam extends TwoMoments {
  static override readonly className: string = 'Nadam';
  #product: Variable | undefined;

  constructor(options: AdamOptions = {}) {
    super(options);
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    this.#product = this.addVariable('variable', [], variables[0]?.dtype ?? floatx(), 1);
  }

  /** β₁ · (1 − 0.96ᵗ / 2), the momentum of a step. */
  #momentumAt(step: Tensor): Tensor {
    return ops.subtract(1, ops.power(0.96, step).mul(0.5)).mul(this.beta1);
  }

  protected override updateAll(
    gradients: readonly Tensor[],
    variables: readonly Variable[],
    rate: Tensor,
  ): void {
    const product = this.#product!;
    product.assign(product.value.mul(this.#momentumAt(this.localStep(product.dtype))));
    super.updateAll(gradients, variables, rate);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const step = this.localStep(variable.dtype);
    const now = this.#momentumAt(step);
    const next = this.#momentumAt(step.add(1));
    const product = this.#product!.value.cast(variable.dtype);
    const momentum = this.updateFirst(gradient, variable);
    const velocity = this.updateVelocity(gradient, variable);
    const ahead = momentum.mul(next).div(ops.subtract(1, product.mul(next)));
    const current = gradient.mul(ops.subtract(1, now)).div(ops.subtract(1, product));
    const root = ops.sqrt(velocity.div(this.correction(this.beta2, step)));
    const change = ahead.add(current).mul(rate).div(root.add(this.epsilon));
    variable.assign(variable.value.sub(change));
  }
}

/** Adam with a rate per layer, for large batches (You et al., arXiv 1904.00962). Default 0.001. */
export class Lamb extends TwoMoments {
  static override readonly className: string = 'Lamb';

  constructor(options: AdamOptions = {}) {
    super(options);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const step = this.localStep(variable.dtype);
    const momentum = this.updateFirst(gradient, variable);
    const velocity = this.updateVelocity(gradient, variable);
    const root = ops.sqrt(velocity.div(this.correction(this.beta2, step)));
    const change = momentum.div(this.correction(this.beta1, step)).div(root.add(this.epsilon));
    const weights = norm(variable.value);
    const changes = norm(change);
    const both = ops.logicalAnd(weights.greater(0), changes.greater(0));
    const ratio = ops.where(both, weights.div(changes), 1);
    variable.assign(variable.value.sub(change.mul(ratio.mul(rate))));
  }
}

function norm(x: Tensor): Tensor {
  return ops.sqrt(ops.sum(ops.square(x)));
}

/** Options of {@link Lion}. */
export interface LionOptions extends OptimizerOptions {
  /** Weight of the old momentum in the step. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the momentum. Default 0.99. */
  readonly beta2?: number | undefined;
}

/** Steps by the sign of the momentum (Chen et al., arXiv 2302.06675). Default rate 0.001. */
export class Lion extends Optimizer {
  static override readonly className: string = 'Lion';
  readonly beta1: number;
  readonly beta2: number;
  #momentums: Slots = new Map();

  constructor(options: LionOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.99;
    if (!(this.beta1 > 0 && this.beta1 <= 1)) {
      throw new ArgumentError(`beta1 of Lion must be above 0 and at most 1, got ${this.beta1}`);
    }
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    this.#momentums = this.addSlots(variables, ['momentum'])[0]!;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const { beta1, beta2 } = this;
    const slot = this.#momentums.get(variable)!;
    const momentum = slot.value;
    const direction = ops.sign(momentum.mul(beta1).add(gradient.mul(1 - beta1)));
    variable.assign(variable.value.sub(direction.mul(rate)));
    slot.assign(momentum.mul(beta2).add(gradient.mul(1 - beta2)));
  }

  override getConfig(): object {
    const { beta1, beta2 } = this;
    return { ...super.getConfig(), beta1, beta2 };
  }
}
