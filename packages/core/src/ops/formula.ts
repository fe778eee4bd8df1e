/**
 * Formulas over tensors of one shape and dtype, where numbers stand for constants of the same kind:
 * `f.mul(x, 2)`. What ops are written with once their operands are promoted and broadcast.
 */
import type { CompareFn } from '../graph/types.ts';
import { Tensor } from '../tensor/tensor.ts';
import * as primitives from './primitives/functions.ts';

/** Two operands, of which a number becomes a constant like the tensor. */
export type Pair = readonly [a: Tensor, b: Tensor | number] | readonly [a: number, b: Tensor];

function tensors([a, b]: Pair): [Tensor, Tensor] {
  if (!(a instanceof Tensor)) return [primitives.fullLike(b as Tensor, a), b as Tensor];
  return [a, b instanceof Tensor ? b : primitives.fullLike(a, b)];
}

function binary(fn: Parameters<typeof primitives.binary>[0], pair: Pair): Tensor {
  return primitives.binary(fn, ...tensors(pair));
}

function compare(fn: CompareFn, pair: Pair): Tensor {
  return primitives.compare(fn, ...tensors(pair));
}

/** a + b. */
export function add(...pair: Pair): Tensor {
  return binary('add', pair);
}

/** a − b. */
export function sub(...pair: Pair): Tensor {
  return binary('sub', pair);
}

/** a · b. */
export function mul(...pair: Pair): Tensor {
  return binary('mul', pair);
}

/** a ÷ b. */
export function div(...pair: Pair): Tensor {
  return binary('div', pair);
}

/** a to the power of b. */
export function pow(...pair: Pair): Tensor {
  return binary('pow', pair);
}

/** Remainder with the sign of a. */
export function rem(...pair: Pair): Tensor {
  return binary('rem', pair);
}

/** The larger one; NaN wins. */
export function max(...pair: Pair): Tensor {
  return binary('max', pair);
}

/** The smaller one; NaN wins. */
export function min(...pair: Pair): Tensor {
  return binary('min', pair);
}

/** Bitwise and logical and. */
export function and(...pair: Pair): Tensor {
  return binary('and', pair);
}

/** Bitwise and logical or. */
export function or(...pair: Pair): Tensor {
  return binary('or', pair);
}

/** a = b. */
export function eq(...pair: Pair): Tensor {
  return compare('eq', pair);
}

/** a ≠ b. */
export function ne(...pair: Pair): Tensor {
  return compare('ne', pair);
}

/** a < b. */
export function lt(...pair: Pair): Tensor {
  return compare('lt', pair);
}

/** a ≤ b. */
export function le(...pair: Pair): Tensor {
  return compare('le', pair);
}

/** a > b. */
export function gt(...pair: Pair): Tensor {
  return compare('gt', pair);
}

/** a ≥ b. */
export function ge(...pair: Pair): Tensor {
  return compare('ge', pair);
}

/** a where the condition holds, else b. */
export function where(condition: Tensor, ...pair: Pair): Tensor {
  return primitives.select(condition, ...tensors(pair));
}

/** Logical negation of bool. */
export function not(x: Tensor): Tensor {
  return primitives.unary('not', x);
}

/** Whether each element of a float tensor is NaN. */
export function isNan(x: Tensor): Tensor {
  return primitives.unary('isNan', x);
}

/** Whether each element of a float tensor is −0. */
export function isNegativeZero(x: Tensor): Tensor {
  return and(eq(x, 0), lt(div(1, x), 0));
}

/** |x|. */
export function abs(x: Tensor): Tensor {
  return primitives.unary('abs', x);
}

/** √x. */
export function sqrt(x: Tensor): Tensor {
  return primitives.unary('sqrt', x);
}

/** x². */
export function square(x: Tensor): Tensor {
  return primitives.mul(x, x);
}

/** Σ coefficients[i]·x^i. */
export function polynomial(x: Tensor, coefficients: readonly number[]): Tensor {
  let sum = primitives.fullLike(x, coefficients.at(-1)!);
  for (const coefficient of coefficients.slice(0, -1).toReversed()) {
    sum = add(mul(sum, x), coefficient);
  }
  return sum;
}

/** A reduced tensor laid over the shape it was reduced from. */
export function spread(y: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return primitives.broadcast(y, shape, kept);
}
