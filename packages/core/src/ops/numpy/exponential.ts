/** Exponentials, logarithms and roots. All work on floats: integers and bool give floatx. */
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as f from '../formula.ts';
import { stopGradient, unary } from '../primitives/functions.ts';
import { floatBinary, floatUnary } from './pointwise.ts';

/** e^x. */
export function exp<A extends Operand>(x: A): Out<A> {
  return floatUnary('exp', x, (t) => unary('exp', t));
}

/** 2^x. */
export function exp2<A extends Operand>(x: A): Out<A> {
  return floatUnary('exp2', x, (t) => f.pow(2, t));
}

/** e^x − 1, exact near 0. */
export function expm1<A extends Operand>(x: A): Out<A> {
  return floatUnary('expm1', x, (t) => unary('expm1', t));
}

/** Natural logarithm; NaN below 0. */
export function log<A extends Operand>(x: A): Out<A> {
  return floatUnary('log', x, (t) => unary('log', t));
}

/** Logarithm to base 10. */
export function log10<A extends Operand>(x: A): Out<A> {
  return floatUnary('log10', x, (t) => f.div(unary('log', t), Math.LN10));
}

/** log(1 + x), exact near 0. */
export function log1p<A extends Operand>(x: A): Out<A> {
  return floatUnary('log1p', x, (t) => unary('log1p', t));
}

/** Logarithm to base 2. */
export function log2<A extends Operand>(x: A): Out<A> {
  return floatUnary('log2', x, (t) => f.div(unary('log', t), Math.LN2));
}

/** log(base^a + base^b) without overflow, as max + log1p of what the smaller one adds. */
function logAddExp(a: Tensor, b: Tensor, base: number): Tensor {
  const difference = f.sub(a, b);
  // ∞ − ∞ and NaN: the sum is then right by itself (∞, −∞ or NaN).
  const undefinedDifference = f.isNan(difference);
  const distance = f.abs(f.where(undefinedDifference, 0, difference));
  const scaled = base === Math.E ? distance : f.mul(distance, Math.log(base));
  const rest = unary('log1p', unary('exp', f.mul(scaled, -1)));
  const added = base === Math.E ? rest : f.div(rest, Math.log(base));
  return f.where(undefinedDifference, f.add(a, b), f.add(f.max(a, b), added));
}

/** log(e^x1 + e^x2) without overflow. */
export function logaddexp<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('logaddexp', x1, x2, (a, b) => logAddExp(a, b, Math.E));
}

/** log2(2^x1 + 2^x2) without overflow. */
export function logaddexp2<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('logaddexp2', x1, x2, (a, b) => logAddExp(a, b, 2));
}

/** √x; NaN below 0. */
export function sqrt<A extends Operand>(x: A): Out<A> {
  return floatUnary('sqrt', x, f.sqrt);
}

/** 1 ÷ √x. */
export function rsqrt<A extends Operand>(x: A): Out<A> {
  return floatUnary('rsqrt', x, (t) => unary('rsqrt', t));
}

/** Cube root, negative for negative x. */
export function cbrt<A extends Operand>(x: A): Out<A> {
  return floatUnary('cbrt', x, (t) => {
    const guess = f.mul(unary('sign', t), f.pow(f.abs(t), 1 / 3));
    const trivial = f.or(f.eq(t, 0), f.eq(f.abs(t), Infinity));
    // One step of Newton's iteration: 1/3 is not a float, and its error grows with the logarithm.
    const y = f.where(trivial, 1, guess);
    const step = f.div(f.sub(f.div(t, f.square(y)), y), 3);
    return f.add(guess, stopGradient(f.where(trivial, 0, step)));
  });
}
