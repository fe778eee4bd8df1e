/** The activation functions of `keras.activations`, with their defaults (gelu is exact here). */
import { type Operand, type Out } from '@addax/core';
import * as ops from '@addax/core/ops';

/** Options of {@link relu}. */
export interface ReluOptions {
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number | undefined;
  /** Upper bound. Default: none. */
  readonly maxValue?: number | null | undefined;
  /** Values at or below it are damped. Default 0. */
  readonly threshold?: number | undefined;
}

/** max(x, 0), or with a slope, a bound and a threshold. */
export function relu<A extends Operand>(x: A, options: ReluOptions = {}): Out<A> {
  const { negativeSlope = 0, maxValue = null, threshold: limit = 0 } = options;
  if (maxValue === null && limit === 0) {
    return negativeSlope === 0 ? ops.relu(x) : ops.leakyRelu(x, { negativeSlope });
  }
  const value: Operand = x;
  let y: Operand = limit === 0 ? ops.relu(value) : ops.where(ops.greater(value, limit), value, 0);
  if (maxValue !== null) y = ops.clip(y, 0, maxValue);
  if (negativeSlope !== 0) {
    const below = ops.relu(ops.subtract(limit, value));
    y = ops.subtract(y, ops.multiply(below, negativeSlope));
  }
  return y as Out<A>;
}

/** x where positive, else negativeSlope · x (default 0.2). */
export function leakyRelu<A extends Operand>(
  x: A,
  options: { readonly negativeSlope?: number | undefined } = {},
): Out<A> {
  return ops.leakyRelu(x, { negativeSlope: options.negativeSlope ?? 0.2 });
}

/** min(max(x, 0), 6). */
export function relu6<A extends Operand>(x: A): Out<A> {
  return ops.relu6(x);
}

/** Options with an axis. */
export interface AxisOptions {
  /** Axis that is normalised or halved. Default −1. */
  readonly axis?: number | undefined;
}

/** Exponentials that sum to one along an axis. */
export function softmax<A extends Operand>(x: A, options: AxisOptions = {}): Out<A> {
  return ops.softmax(x, { axis: options.axis ?? -1 });
}

/** Logarithm of the softmax. */
export function logSoftmax<A extends Operand>(x: A, options: AxisOptions = {}): Out<A> {
  return ops.logSoftmax(x, { axis: options.axis ?? -1 });
}

/** Projection on the probability simplex: a softmax with exact zeros. */
export function sparsemax<A extends Operand>(x: A, options: AxisOptions = {}): Out<A> {
  return ops.sparsemax(x, { axis: options.axis ?? -1 });
}

/** Gated linear unit: the first half times the sigmoid of the second half. */
export function glu<A extends Operand>(x: A, options: AxisOptions = {}): Out<A> {
  return ops.glu(x, { axis: options.axis ?? -1 });
}

/** Options of {@link elu} and {@link celu}. */
export interface AlphaOptions {
  /** Scale of the negative part. Default 1. */
  readonly alpha?: number | undefined;
}

/** x where positive, else alpha · (exp(x) − 1). */
export function elu<A extends Operand>(x: A, options: AlphaOptions = {}): Out<A> {
  return ops.elu(x, { alpha: options.alpha ?? 1 });
}

/** max(x, 0) + min(0, alpha · (exp(x / alpha) − 1)). */
export function celu<A extends Operand>(x: A, options: AlphaOptions = {}): Out<A> {
  return ops.celu(x, { alpha: options.alpha ?? 1 });
}

/** Scaled exponential linear unit. */
export function selu<A extends Operand>(x: A): Out<A> {
  return ops.selu(x);
}

/** log(1 + exp(x)). */
export function softplus<A extends Operand>(x: A): Out<A> {
  return ops.softplus(x);
}

/** x / (1 + |x|). */
export function softsign<A extends Operand>(x: A): Out<A> {
  return ops.softsign(x);
}

/** Options of the shrinking functions. */
export interface ShrinkOptions {
  /** Values no farther from zero become zero. Default 0.5. */
  readonly threshold?: number | undefined;
}

/** x moved towards zero by the threshold, zero within it. */
export function softShrink<A extends Operand>(x: A, options: ShrinkOptions = {}): Out<A> {
  return ops.softShrink(x, { threshold: options.threshold ?? 0.5 });
}

/** x, zero within the threshold. */
export function hardShrink<A extends Operand>(x: A, options: ShrinkOptions = {}): Out<A> {
  return ops.hardShrink(x, { threshold: options.threshold ?? 0.5 });
}

/** Zero below −1, (x + 1)² / 4 up to 1, x above. */
export function sparsePlus<A extends Operand>(x: A): Out<A> {
  return ops.sparsePlus(x);
}

/** Zero below −1, (x + 1) / 2 up to 1, one above. */
export function sparseSigmoid<A extends Operand>(x: A): Out<A> {
  return ops.sparseSigmoid(x);
}

/** x · sigmoid(x). */
export function silu<A extends Operand>(x: A): Out<A> {
  return ops.silu(x);
}

/** (x + √(x² + b)) / 2, b = 4 by default. */
export function squareplus<A extends Operand>(
  x: A,
  options: { readonly b?: number | undefined } = {},
): Out<A> {
  return ops.squareplus(x, { b: options.b ?? 4 });
}

/** x · Φ(x); `approximate` takes the tanh form. */
export function gelu<A extends Operand>(
  x: A,
  options: { readonly approximate?: boolean | undefined } = {},
): Out<A> {
  return ops.gelu(x, { approximate: options.approximate ?? false });
}

/** Hyperbolic tangent. */
export function tanh<A extends Operand>(x: A): Out<A> {
  return ops.tanh(x);
}

/** x − tanh(x). */
export function tanhShrink<A extends Operand>(x: A): Out<A> {
  return ops.tanhShrink(x);
}

/** x limited to [−1, 1]. */
export function hardTanh<A extends Operand>(x: A): Out<A> {
  return ops.hardTanh(x);
}

/** x where above the threshold, else the default value. */
export function threshold<A extends Operand>(x: A, limit: number, defaultValue: number): Out<A> {
  return ops.threshold(x, limit, defaultValue);
}

/** 1 / (1 + exp(−x)). */
export function sigmoid<A extends Operand>(x: A): Out<A> {
  return ops.sigmoid(x);
}

/** log(sigmoid(x)). */
export function logSigmoid<A extends Operand>(x: A): Out<A> {
  return ops.logSigmoid(x);
}

/** relu6(x + 3) / 6. */
export function hardSigmoid<A extends Operand>(x: A): Out<A> {
  return ops.hardSigmoid(x);
}

/** x · hardSigmoid(x). */
export function hardSilu<A extends Operand>(x: A): Out<A> {
  return ops.hardSilu(x);
}

/** e^x. */
export function exponential<A extends Operand>(x: A): Out<A> {
  return ops.exp(x);
}

/** x · tanh(softplus(x)). */
export function mish<A extends Operand>(x: A): Out<A> {
  const value: Operand = x;
  return ops.multiply(value, ops.tanh(ops.softplus(value))) as Out<A>;
}

/** x itself. */
export function linear<A extends Operand>(x: A): Out<A> {
  return x as unknown as Out<A>;
}
