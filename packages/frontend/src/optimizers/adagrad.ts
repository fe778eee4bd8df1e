/** Adagrad and Adadelta: rates per weight from the history of its gradients. */
import { type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Optimizer, type Slots } from './optimizer.ts';
import type { OptimizerOptions } from './options.ts';

/** Options of {@link Adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares start from. Default 0.1. */
  readonly initialAccumulatorValue?: number | undefined;
  /** Added under the root. Default 1e-7. */
  readonly epsilon?: number | undefined;
}

/** w ← w − rate · g / √(Σg² + ε) (Duchi et al., 2011). Default rate 0.001. */
export class Adagrad extends Optimizer {
  static override readonly className: string = 'Adagrad';
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;
  #sums: Slots = new Map();

  constructor(options: AdagradOptions = {}) {
    super(options, 0.001);
    this.initialAccumulatorValue = options.initialAccumulatorValue ?? 0.1;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    this.#sums = this.addSlots(variables, ['accumulator'], [this.initialAccumulatorValue])[0]!;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const slot = this.#sums.get(variable)!;
    const sum = slot.value.add(ops.square(gradient));
    slot.assign(sum);
    const change = gradient.mul(rate).div(ops.sqrt(sum.add(this.epsilon)));
    variable.assign(variable.value.sub(change));
  }

  override getConfig(): object {
    const { initialAccumulatorValue, epsilon } = this;
    return { ...super.getConfig(), initialAccumulatorValue, epsilon };
  }
}

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of the averages. Default 0.95. */
  readonly rho?: number | undefined;
  /** Added under the roots. Default 1e-7. */
  readonly epsilon?: number | undefined;
}

/** Steps as large as recent steps were (Zeiler, arXiv 1212.5701). Default rate 0.001. */
export class Adadelta extends Optimizer {
  static override readonly className: string = 'Adadelta';
  readonly rho: number;
  readonly epsilon: number;
  #gradients: Slots = new Map();
  #changes: Slots = new Map();

  constructor(options: AdadeltaOptions = {}) {
    super(options, 0.001);
    this.rho = options.rho ?? 0.95;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    const slots = this.addSlots(variables, ['accumulated_grad', 'accumulated_delta_var']);
    this.#gradients = slots[0]!;
    this.#changes = slots[1]!;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const { rho, epsilon } = this;
    const root = (x: Tensor): Tensor => ops.sqrt(x.add(epsilon));
    const average = (old: Tensor, x: Tensor): Tensor =>
      old.mul(rho).add(ops.square(x).mul(1 - rho));
    const gradients = this.#gradients.get(variable)!;
    const changes = this.#changes.get(variable)!;
    const squares = average(gradients.value, gradient);
    gradients.assign(squares);
    const change = root(changes.value).mul(gradient).div(root(squares)).neg();
    changes.assign(average(changes.value, change));
    variable.assign(variable.value.add(change.mul(rate)));
  }

  override getConfig(): object {
    const { rho, epsilon } = this;
    return { ...super.getConfig(), rho, epsilon };
  }
}
