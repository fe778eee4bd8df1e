/** Rounding. The gradient of all of these is zero. */
import { isFloat } from '../../dtypes.ts';
import { ArgumentError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import { cast, unary } from '../primitives/functions.ts';
import { tensorOf } from '../values.ts';
import { floatUnary, unaryOp } from './pointwise.ts';

/** The next whole number not below x. Integers and bool give floatx. */
export function ceil<A extends Operand>(x: A): Out<A> {
  return floatUnary('ceil', x, (t) => unary('ceil', t));
}

/** The next whole number not above x. Integers and bool give floatx. */
export function floor<A extends Operand>(x: A): Out<A> {
  return floatUnary('floor', x, (t) => unary('floor', t));
}

/** The whole part of x, towards 0; integers and bool stay as they are. */
export function trunc<A extends Operand>(x: A): Out<A> {
  return unaryOp('trunc', x, (t) =>
    isFloat(t.dtype) ? f.where(f.lt(t, 0), unary('ceil', t), unary('floor', t)) : t,
  );
}

/** Options of {@link round}. */
export interface RoundOptions {
  /** Decimal places to keep; negative ones round to tens, hundreds, …. Default 0. */
  readonly decimals?: number | undefined;
}

/** The nearest number with `decimals` places, halves to even; keeps the dtype. */
export function round<A extends Operand>(x: A, options: RoundOptions = {}): Out<A> {
  checkOptions('round', options, 'decimals');
  const { decimals = 0 } = options;
  if (!Number.isInteger(decimals)) {
    throw new ArgumentError(`round: decimals must be a whole number, got ${decimals}.`);
  }
  return apply('round', [x] as Operand[], options, ([value]) => {
    const t = tensorOf(value!);
    if (isFloat(t.dtype)) return roundTo(t, decimals);
    return decimals >= 0 ? t : cast(roundTo(cast(t, 'float32'), decimals), t.dtype);
  }) as Out<A>;
}

function roundTo(x: Tensor, decimals: number): Tensor {
  if (decimals === 0) return unary('round', x);
  const scale = 10 ** Math.abs(decimals);
  return decimals > 0
    ? f.div(unary('round', f.mul(x, scale)), scale)
    : f.mul(unary('round', f.div(x, scale)), scale);
}
