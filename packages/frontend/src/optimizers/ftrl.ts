/** FTRL-proximal, for sparse linear models (McMahan et al., 2013). */
import { ArgumentError, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Optimizer, type Slots } from './optimizer.ts';
import type { OptimizerOptions } from './options.ts';

/** Options of {@link Ftrl}. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the rate falls; at most 0. Default −0.5. */
  readonly learningRatePower?: number | undefined;
  /** What the sums of squares start from. Default 0.1. */
  readonly initialAccumulatorValue?: number | undefined;
  /** Pull towards zero weights. Default 0. */
  readonly l1RegularizationStrength?: number | undefined;
  /** Pull towards small weights. Default 0. */
  readonly l2RegularizationStrength?: number | undefined;
  /** Penalty on the size of weights, through the gradient. Default 0. */
  readonly l2ShrinkageRegularizationStrength?: number | undefined;
  /** β of the paper. Default 0. */
  readonly beta?: number | undefined;
}

/** Follow the regularised leader. Default rate 0.001. */
export class Ftrl extends Optimizer {
  static override readonly className: string = 'Ftrl';
  readonly learningRatePower: number;
  readonly initialAccumulatorValue: number;
  readonly l1RegularizationStrength: number;
  readonly l2RegularizationStrength: number;
  readonly l2ShrinkageRegularizationStrength: number;
  readonly beta: number;
  #sums: Slots = new Map();
  #linears: Slots = new Map();

  constructor(options: FtrlOptions = {}) {
    super(options, 0.001);
    this.learningRatePower = options.learningRatePower ?? -0.5;
    if (this.learningRatePower > 0) {
      throw new ArgumentError(`learningRatePower must be at most 0, got ${this.learningRatePower}`);
    }
    this.initialAccumulatorValue = atLeastZero(options, 'initialAccumulatorValue', 0.1);
    this.l1RegularizationStrength = atLeastZero(options, 'l1RegularizationStrength', 0);
    this.l2RegularizationStrength = atLeastZero(options, 'l2RegularizationStrength', 0);
    this.l2ShrinkageRegularizationStrength = atLeastZero(
      options,
      'l2ShrinkageRegularizationStrength',
      0,
    );
    this.beta = options.beta ?? 0;
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    const initial = [this.initialAccumulatorValue, 0];
    const slots = this.addSlots(variables, ['accumulator', 'linear'], initial);
    this.#sums = slots[0]!;
    this.#linears = slots[1]!;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const { l1RegularizationStrength: l1, l2RegularizationStrength: l2, beta } = this;
    const power = (x: Tensor): Tensor => ops.power(x, -this.learningRatePower);
    const sumSlot = this.#sums.get(variable)!;
    const linearSlot = this.#linears.get(variable)!;
    const { value } = variable;
    const old = sumSlot.value;
    const sum = old.add(ops.square(gradient));
    const shrunk = gradient.add(value.mul(2 * this.l2ShrinkageRegularizationStrength));
    const sigma = power(sum).sub(power(old)).div(rate);
    const linear = linearSlot.value.add(shrunk.sub(sigma.mul(value)));
    const curvature = ops
      .divide(beta / 2, rate)
      .add(l2)
      .mul(2);
    const quadratic = power(sum).div(rate).add(curvature);
    variable.assign(ops.clip(linear, -l1, l1).sub(linear).div(quadratic));
    linearSlot.assign(linear);
    sumSlot.assign(sum);
  }

  override getConfig(): object {
    const { learningRatePower, initialAccumulatorValue, beta } = this;
    const { l1RegularizationStrength, l2RegularizationStrength } = this;
    const { l2ShrinkageRegularizationStrength } = this;
    return {
      ...super.getConfig(),
      learningRatePower,
      initialAccumulatorValue,
      l1RegularizationStrength,
      l2RegularizationStrength,
      l2ShrinkageRegularizationStrength,
      beta,
    };
  }
}

type Strength =
  | 'initialAccumulatorValue'
  | 'l1RegularizationStrength'
  | 'l2RegularizationStrength'
  | 'l2ShrinkageRegularizationStrength';

function atLeastZero(options: FtrlOptions, name: Strength, fallback: number): number {
  const value = options[name] ?? fallback;
  if (value >= 0) return value;
  throw new ArgumentError(`${name} must be at least 0, got ${value}`);
}
