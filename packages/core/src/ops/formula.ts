/**
 * Formulas over tensors of one shape and dtype, where numbers stand for constants of the same kind:
 * `f.mul(x, 2)`. What ops are written with once their operands are promoted and broadcast.
 */
import type { CompareFn } from '../graph/types.ts';
import { Tensor } from '../tensor/tensor.ts';
import * as primitives from './primitives/functions.ts';

/** A tensor, or a number that becomes a constant like the other operand. */
export type Term = Tensor | number;

function terms(a: Term, b: Term): [Tensor, Tensor] {
  if (a instanceof Tensor) {
    return [a, b instanceof Tensor ? b : primitives.fullLike(a, b)];
  }
  return [primitives.fullLike(b as Tensor, a), b as Tensor];
}

function binary(fn: Parameters<typeof primitives.binary>[0], a: Term, b: Term): Tensor {
  return primitives.binary(fn, ...terms(a, b));
}

function compare(fn: CompareFn, a: Term, b: Term): Tensor {
  return primitives.compare(fn, ...terms(a, b));
}

/** a + b. */
export function add(a: Term, b: Term): Tensor {
  return binary('add', a, b);
}

/** a − b. */
export function sub(a: Term, b: Term): Tensor {
  return binary('sub', a, b);
}

/** a · b. */
export function mul(a: Term, b: Term): Tensor {
  return binary('mul', a, b);
}

/** a ÷ b. */
export function div(a: Term, b: Term): Tensor {
  return binary('div', a, b);
}

/** a to the power of b. */
export function pow(a: Term, b: Term): Tensor {
  return binary('pow', a, b);
}

/** Remainder with the sign of a. */
export function rem(a: Term, b: Term): Tensor {
  return binary('rem', a, b);
}

/** The larger one; NaN wins. */
export function max(a: Term, b: Term): Tensor {
  return binary('max', a, b);
}

/** The smaller one; NaN wins. */
export function min(a: Term, b: Term): Tensor {
  return binary('min', a, b);
}

/** Bitwise and logical and. */
export function and(a: Term, b: Term): Tensor {
  return binary('and', a, b);
}

/** Bitwise and logical or. */
export function or(a: Term, b: Term): Tensor {
  return binary('or', a, b);
}

/** a = b. */
export function eq(a: Term, b: Term): Tensor {
  return compare('eq', a, b);
}

/** a ≠ b. */
export function ne(a: Term, b: Term): Tensor {
  return compare('ne', a, b);
}

/** a < b. */
export function lt(a: Term, b: Term): Tensor {
  return compare('lt', a, b);
}

/** a ≤ b. */
export function le(a: Term, b: Term): Tensor {
  return compare('le', a, b);
}

/** a > b. */
export function gt(a: Term, b: Term): Tensor {
  return compare('gt', a, b);
}

/** a ≥ b. */
export function ge(a: Term, b: Term): Tensor {
  return compare('ge', a, b);
}

/** a where the condition holds, else b. */
export function where(condition: Tensor, a: Term, b: Term): Tensor {
  return primitives.select(condition, ...terms(a, b));
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
