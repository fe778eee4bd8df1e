/** What kind of number each element is, and numbers in place of those that are not finite. */
import { highest, isFloat, isUnsigned, lowest } from '../../dtypes.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import { full, unary } from '../primitives/functions.ts';
import { tensorOf } from '../values.ts';
import { unaryOp } from './pointwise.ts';

/** A test of floats that all integers answer in one way. */
function test<A extends Operand>(
  op: string,
  x: A,
  ofIntegers: boolean,
  run: (x: Tensor) => Tensor,
): Out<A> {
  return unaryOp(op, x, (t) =>
    isFloat(t.dtype) ? run(t) : full(t.shape, ofIntegers ? 1 : 0, 'bool'),
  );
}

/** Whether each element is neither infinite nor NaN; bool. */
export function isfinite<A extends Operand>(x: A): Out<A> {
  return test('isfinite', x, true, (t) => unary('isFinite', t));
}

/** Whether each element is ∞ or −∞; bool. */
export function isinf<A extends Operand>(x: A): Out<A> {
  return test('isinf', x, false, (t) => f.eq(f.abs(t), Infinity));
}

/** Whether each element is NaN; bool. */
export function isnan<A extends Operand>(x: A): Out<A> {
  return test('isnan', x, false, f.isNan);
}

/** Whether each element is −∞; bool. */
export function isneginf<A extends Operand>(x: A): Out<A> {
  return test('isneginf', x, false, (t) => f.eq(t, -Infinity));
}

/** Whether each element is ∞; bool. */
export function isposinf<A extends Operand>(x: A): Out<A> {
  return test('isposinf', x, false, (t) => f.eq(t, Infinity));
}

/** Whether the sign is negative, −0 included; false for NaN. */
export function signbit<A extends Operand>(x: A): Out<A> {
  return unaryOp('signbit', x, (t) => {
    if (t.dtype === 'bool' || isUnsigned(t.dtype)) return full(t.shape, 0, 'bool');
    const below = f.lt(t, 0);
    return isFloat(t.dtype) ? f.or(below, f.isNegativeZero(t)) : below;
  });
}

/** Options of {@link nanToNum}. */
export interface NanToNumOptions {
  /** In place of NaN. Default 0. */
  readonly nan?: number | undefined;
  /** In place of ∞; by default the largest finite number of the dtype. */
  readonly posinf?: number | null | undefined;
  /** In place of −∞; by default the lowest finite number of the dtype. */
  readonly neginf?: number | null | undefined;
}

/** x with numbers in place of NaN, ∞ and −∞; integers and bool stay as they are. */
export function nanToNum<A extends Operand>(x: A, options: NanToNumOptions = {}): Out<A> {
  checkOptions('nanToNum', options, 'nan posinf neginf');
  return apply('nanToNum', [x] as Operand[], options, ([value]) => {
    const t = tensorOf(value!);
    if (!isFloat(t.dtype)) return t;
    const { nan = 0, posinf, neginf } = options;
    const positive = f.where(f.eq(t, Infinity), posinf ?? highest(t.dtype), t);
    const both = f.where(f.eq(t, -Infinity), neginf ?? lowest(t.dtype), positive);
    return f.where(f.isNan(t), nan, both);
  }) as Out<A>;
}
