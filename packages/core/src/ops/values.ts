/** Small steps that many ops begin with: numbers as tensors, floats from integers, constants, clamps. */
import { floatx } from '../config.ts';
import { type DType, isFloat } from '../dtypes.ts';
import { Tensor } from '../tensor/tensor.ts';
import { fromHost } from '../trace/from-host.ts';
import type { Value } from './apply.ts';
import { cast, compare, full, fullLike, select } from './primitives/functions.ts';
import { commonDType, commonFloat } from './promote.ts';

/** A value as a tensor; a number becomes a scalar of its own dtype (int32 or floatx). */
export function tensorOf(value: Value): Tensor {
  return value instanceof Tensor ? value : full([], value, commonDType(value));
}

/** A value as a float tensor: integers and bool become floatx. */
export function floatOf(value: Value): Tensor {
  if (!(value instanceof Tensor)) return full([], value, floatx());
  return isFloat(value.dtype) ? value : cast(value, commonFloat(value));
}

/** A value as an int32 tensor, as index operands want it. */
export function indexOf(value: Value): Tensor {
  return value instanceof Tensor ? cast(value, 'int32') : full([], value, 'int32');
}

/** Integers known when the program is written, as an int32 tensor. */
export function indexTensor(values: readonly number[], shape?: readonly number[]): Tensor {
  return fromHost(Int32Array.from(values), { shape: shape ?? [values.length], dtype: 'int32' });
}

/** Numbers known when the program is written, as a tensor of a dtype. */
export function constant(
  values: readonly number[],
  shape: readonly number[],
  dtype: DType,
): Tensor {
  return cast(fromHost(Float32Array.from(values), { shape, dtype: 'float32' }), dtype);
}

/** x kept between two numbers; the gradient is 1 on the borders too, and NaN stays. */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  return atMost(atLeast(x, low), high);
}

/** `low` where x is below it; the gradient is 1 on the border. */
export function atLeast(x: Tensor, low: number): Tensor {
  const border = fullLike(x, low);
  return select(compare('lt', x, border), border, x);
}

/** `high` where x is above it; the gradient is 1 on the border. */
export function atMost(x: Tensor, high: number): Tensor {
  const border = fullLike(x, high);
  return select(compare('gt', x, border), border, x);
}

/** [0, 1, …, count − 1]. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The product of sizes. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}

/** One number for every axis, given as one number or as a list. */
export function perAxis(
  value: number | readonly number[],
  count: number,
  what: string,
  fail: (message: string) => Error,
): readonly number[] {
  if (typeof value === 'number') return range(count).map(() => value);
  if (value.length !== count) {
    throw fail(`${what} [${value.join(', ')}] must be a number or a list of ${count} numbers.`);
  }
  return value;
}
