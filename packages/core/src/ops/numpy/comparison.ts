/** Comparisons; the result is bool. */
import { isFloat } from '../../dtypes.ts';
import type { CompareFn } from '../../graph/types.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply, type Value } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { align, as, commonDType } from '../promote.ts';
import { tensorOf } from '../values.ts';
import { binaryOp } from './pointwise.ts';

function comparison<A extends Operand, B extends Operand>(
  op: string,
  fn: CompareFn,
  x1: A,
  x2: B,
): Out<A | B> {
  return binaryOp(op, x1, x2, (a, b) => primitives.compare(fn, a, b));
}

/** x1 = x2; NaN equals nothing. */
export function equal<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return comparison('equal', 'eq', x1, x2);
}

/** x1 ≠ x2. */
export function notEqual<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return comparison('notEqual', 'ne', x1, x2);
}

/** x1 < x2. */
export function less<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return comparison('less', 'lt', x1, x2);
}

/** x1 ≤ x2. */
export function lessEqual<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return comparison('lessEqual', 'le', x1, x2);
}

/** x1 > x2. */
export function greater<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return comparison('greater', 'gt', x1, x2);
}

/** x1 ≥ x2. */
export function greaterEqual<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return comparison('greaterEqual', 'ge', x1, x2);
}

/** Tolerances of {@link isclose} and {@link allclose}. */
export interface CloseOptions {
  /** Tolerance relative to |x2|. Default 1e-5. */
  readonly rtol?: number | undefined;
  /** Absolute tolerance. Default 1e-8. */
  readonly atol?: number | undefined;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean | undefined;
}

function close(values: readonly Value[], options: CloseOptions): Tensor {
  const [a, b] = align(values) as [Tensor, Tensor];
  const equals = f.eq(a, b);
  if (!isFloat(a.dtype)) return equals;
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  const distance = f.abs(f.sub(a, b));
  const within = f.le(distance, f.add(f.mul(f.abs(b), rtol), atol));
  // An infinite tolerance (x2 infinite) must not make everything close.
  const finite = primitives.unary('isFinite', b);
  const result = f.or(equals, f.and(within, finite));
  return equalNan ? f.or(result, f.and(f.isNan(a), f.isNan(b))) : result;
}

/**
 * |x1 − x2| ≤ atol + rtol·|x2|, elementwise; infinities are close to themselves. Integers must be
 * equal.
 */
export function isclose<A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
  options: CloseOptions = {},
): Out<A | B> {
  checkOptions('isclose', options, 'rtol atol equalNan');
  return apply('isclose', [x1, x2] as Operand[], options, (values) =>
    close(values, options),
  ) as Out<A | B>;
}

/** Whether all elements are close as in {@link isclose}: a bool scalar. */
export function allclose<A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
  options: CloseOptions = {},
): Out<A | B> {
  checkOptions('allclose', options, 'rtol atol equalNan');
  return apply('allclose', [x1, x2] as Operand[], options, (values) => {
    const each = close(values, options);
    return primitives.reduce(
      'min',
      each,
      each.shape.map((_, axis) => axis),
    );
  }) as Out<A | B>;
}

/** Options of {@link isin}. */
export interface IsinOptions {
  /** Whether no value occurs twice; a hint that changes nothing. Default false. */
  readonly assumeUnique?: boolean | undefined;
  /** Ask for elements that are *not* in x2. Default false. */
  readonly invert?: boolean | undefined;
}

/** Whether each element of x1 is among the elements of x2: bool in the shape of x1. */
export function isin<A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
  options: IsinOptions = {},
): Out<A | B> {
  checkOptions('isin', options, 'assumeUnique invert');
  return apply('isin', [x1, x2] as Operand[], options, ([a, b]) => {
    const dtype = commonDType(a!, b!);
    const x = as(tensorOf(a!), dtype);
    const set = as(tensorOf(b!), dtype);
    const shape = [...x.shape, set.size];
    const elements = primitives.broadcast(
      x,
      shape,
      x.shape.map((_, axis) => axis),
    );
    const candidates = primitives.broadcastTo(primitives.reshape(set, [set.size]), shape);
    const found = primitives.reduce('max', f.eq(elements, candidates), [x.rank]);
    return options.invert === true ? f.not(found) : found;
  }) as Out<A | B>;
}
