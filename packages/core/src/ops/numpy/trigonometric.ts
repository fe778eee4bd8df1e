/** Angles, circular and hyperbolic functions. All work on floats: integers and bool give floatx. */
import type { UnaryFn } from '../../graph/types.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import * as f from '../formula.ts';
import { binary, unary } from '../primitives/functions.ts';
import { floatBinary, floatUnary } from './pointwise.ts';

function primitive<A extends Operand>(op: string, fn: UnaryFn, x: A): Out<A> {
  return floatUnary(op, x, (t) => unary(fn, t));
}

/** Sine; x in radians. */
export function sin<A extends Operand>(x: A): Out<A> {
  return primitive('sin', 'sin', x);
}

/** Cosine; x in radians. */
export function cos<A extends Operand>(x: A): Out<A> {
  return primitive('cos', 'cos', x);
}

/** Tangent; x in radians. */
export function tan<A extends Operand>(x: A): Out<A> {
  return primitive('tan', 'tan', x);
}

/** Inverse sine in radians; NaN outside [−1, 1]. */
export function arcsin<A extends Operand>(x: A): Out<A> {
  return primitive('arcsin', 'asin', x);
}

/** Inverse cosine in radians; NaN outside [−1, 1]. */
export function arccos<A extends Operand>(x: A): Out<A> {
  return primitive('arccos', 'acos', x);
}

/** Inverse tangent in radians. */
export function arctan<A extends Operand>(x: A): Out<A> {
  return primitive('arctan', 'atan', x);
}

/** Hyperbolic sine. */
export function sinh<A extends Operand>(x: A): Out<A> {
  return primitive('sinh', 'sinh', x);
}

/** Hyperbolic cosine. */
export function cosh<A extends Operand>(x: A): Out<A> {
  return primitive('cosh', 'cosh', x);
}

/** Hyperbolic tangent. */
export function tanh<A extends Operand>(x: A): Out<A> {
  return primitive('tanh', 'tanh', x);
}

/** Inverse hyperbolic sine. */
export function arcsinh<A extends Operand>(x: A): Out<A> {
  return primitive('arcsinh', 'asinh', x);
}

/** Inverse hyperbolic cosine; NaN below 1. */
export function arccosh<A extends Operand>(x: A): Out<A> {
  return primitive('arccosh', 'acosh', x);
}

/** Inverse hyperbolic tangent; NaN outside [−1, 1]. */
export function arctanh<A extends Operand>(x: A): Out<A> {
  return primitive('arctanh', 'atanh', x);
}

/** Angle of the point (x2, x1) in (−π, π], by the signs of both. */
export function arctan2<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('arctan2', x1, x2, (a, b) => binary('atan2', a, b));
}

/** √(x1² + x2²) without overflow. */
export function hypot<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('hypot', x1, x2, (x, y) => {
    const [a, b] = [f.abs(x), f.abs(y)];
    const [long, short] = [f.max(a, b), f.min(a, b)];
    // 0 and ∞ cannot be divided by themselves: there the longer side is the answer.
    const trivial = f.or(f.eq(long, 0), f.eq(long, Infinity));
    const ratio = f.div(short, f.where(trivial, 1, long));
    const length = f.mul(long, f.sqrt(f.add(f.square(f.where(trivial, 0, ratio)), 1)));
    const infinite = f.or(f.eq(a, Infinity), f.eq(b, Infinity));
    return f.where(infinite, Infinity, length);
  });
}

/** Degrees to radians. */
export function deg2rad<A extends Operand>(x: A): Out<A> {
  return floatUnary('deg2rad', x, (t) => f.mul(t, Math.PI / 180));
}

/** Radians to degrees. */
export function rad2deg<A extends Operand>(x: A): Out<A> {
  return floatUnary('rad2deg', x, (t) => f.mul(t, 180 / Math.PI));
}

/** sin(πx) ÷ πx, and 1 at 0. */
export function sinc<A extends Operand>(x: A): Out<A> {
  return floatUnary('sinc', x, (t) => {
    const isZero = f.eq(t, 0);
    const angle = f.mul(f.where(isZero, 1, t), Math.PI);
    return f.where(isZero, 1, f.div(unary('sin', angle), angle));
  });
}
