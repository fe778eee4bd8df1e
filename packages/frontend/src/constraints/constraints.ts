/** The constraints of `keras.constraints`. */
import { epsilon, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Constraint } from './constraint.ts';

/** Options with the axis along which norms are taken. */
export interface NormOptions {
  /**
   * Axis or axes of the norm. Default 0, the inputs of a Dense kernel `[inputs, outputs]`; for a
   * convolution kernel use `[0, 1, 2]`.
   */
  readonly axis?: number | readonly number[] | undefined;
}

function norms(weight: Tensor, axis: number | readonly number[]): Tensor {
  return ops.sqrt(ops.sum(ops.square(weight), { axis, keepdims: true }));
}

/** Options of {@link MaxNorm}. */
export interface MaxNormOptions extends NormOptions {
  /** Largest norm. Default 2. */
  readonly maxValue?: number | undefined;
}

/** Keeps the norm of each unit's incoming weights at or below a value. */
export class MaxNorm extends Constraint {
  static override readonly className: string = 'MaxNorm';
  readonly maxValue: number;
  readonly axis: number | readonly number[];

  constructor(options: MaxNormOptions = {}) {
    super();
    this.maxValue = options.maxValue ?? 2;
    this.axis = options.axis ?? 0;
  }

  override call(weight: Tensor): Tensor {
    const length = norms(weight, this.axis);
    const desired = ops.clip(length, 0, this.maxValue);
    return weight.mul(desired.div(length.add(epsilon())));
  }

  override getConfig(): object {
    return { maxValue: this.maxValue, axis: this.axis };
  }
}

/** Replaces negative weights by zero. */
export class NonNeg extends Constraint {
  static override readonly className: string = 'NonNeg';

  constructor(_options: object = {}) {
    super();
  }

  override call(weight: Tensor): Tensor {
    return ops.maximum(weight, 0);
  }
}

/** Gives each unit's incoming weights norm one. */
export class UnitNorm extends Constraint {
  static override readonly className: string = 'UnitNorm';
  readonly axis: number | readonly number[];

  constructor(options: NormOptions = {}) {
    super();
    this.axis = options.axis ?? 0;
  }

  override call(weight: Tensor): Tensor {
    return weight.div(norms(weight, this.axis).add(epsilon()));
  }

  override getConfig(): object {
    return { axis: this.axis };
  }
}

/** Options of {@link MinMaxNorm}. */
export interface MinMaxNormOptions extends NormOptions {
  /** Smallest norm. Default 0. */
  readonly minValue?: number | undefined;
  /** Largest norm. Default 1. */
  readonly maxValue?: number | undefined;
  /** How far to go towards the bounds at each update; 1 (default) enforces them. */
  readonly rate?: number | undefined;
}

/** Keeps the norm of each unit's incoming weights between two values. */
export class MinMaxNorm extends Constraint {
  static override readonly className: string = 'MinMaxNorm';
  readonly minValue: number;
  readonly maxValue: number;
  readonly rate: number;
  readonly axis: number | readonly number[];

  constructor(options: MinMaxNormOptions = {}) {
    super();
    this.minValue = options.minValue ?? 0;
    this.maxValue = options.maxValue ?? 1;
    this.rate = options.rate ?? 1;
    this.axis = options.axis ?? 0;
  }

  override call(weight: Tensor): Tensor {
    const { minValue, maxValue, rate } = this;
    const length = norms(weight, this.axis);
    const bounded = ops.clip(length, minValue, maxValue);
    const desired = bounded.mul(rate).add(length.mul(1 - rate));
    return weight.mul(desired.div(length.add(epsilon())));
  }

  override getConfig(): object {
    const { minValue, maxValue, rate, axis } = this;
    return { minValue, maxValue, rate, axis };
  }
}
