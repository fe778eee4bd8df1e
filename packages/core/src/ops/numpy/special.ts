/** Special functions. All work on floats: integers and bool give floatx. */
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as f from '../formula.ts';
import { stopGradient, unary } from '../primitives/functions.ts';
import { floatUnary } from './pointwise.ts';

/** The error function, 2/√π ∫₀ˣ e^(−t²) dt. */
export function erf<A extends Operand>(x: A): Out<A> {
  return floatUnary('erf', x, (t) => unary('erf', t));
}

/** Inverse of {@link erf}; NaN outside [−1, 1]. */
export function erfinv<A extends Operand>(x: A): Out<A> {
  return floatUnary('erfinv', x, (t) => unary('erfInv', t));
}

/** Chebyshev fit of log(erfc(z)·(1 + z/2)) + z² in 1/(1 + z/2): relative error 1.2e-7, z ≥ 0. */
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

/**
 * 1 − erf(x). Below float64, its relative error stays small where erf(x) is nearly 1; in float64 it is
 * the plain difference.
 */
export function erfc<A extends Operand>(x: A): Out<A> {
  return floatUnary('erfc', x, (t) => {
    const plain = f.sub(1, unary('erf', t));
    if (t.dtype === 'float64') return plain;
    return f.add(plain, stopGradient(f.sub(tail(t, plain), plain)));
  });
}

/** erfc for x > 1/2, where 1 − erf(x) loses digits; `plain` elsewhere. */
function tail(x: Tensor, plain: Tensor): Tensor {
  const isTail = f.gt(x, 0.5);
  const z = f.min(f.where(isTail, x, 1), 30);
  const t = f.div(1, f.add(f.mul(z, 0.5), 1));
  const exponent = f.sub(f.polynomial(t, ERFC), f.square(z));
  return f.where(isTail, f.mul(t, unary('exp', exponent)), plain);
}

/** From here on the asymptotic series of I₀ is the better one. */
const I0_LARGE = 12;

/** Σ (x²/4)^k / (k!)², the power series of I₀, in (x / {@link I0_LARGE})². */
const I0_SERIES = coefficients(30, (k) => I0_LARGE ** 2 / (2 * k) ** 2);

/** I₀(x)·√(2πx)·e^(−x) = Σ (1²·3²·…·(2k−1)²) / (k!·(8x)^k), in 1/x. */
const I0_ASYMPTOTIC = coefficients(14, (k) => (2 * k - 1) ** 2 / (8 * k));

/** 1, and each next coefficient by its ratio to the one before. */
function coefficients(count: number, ratio: (k: number) => number): readonly number[] {
  const list = [1];
  for (let k = 1; k < count; k++) list.push(list[k - 1]! * ratio(k));
  return list;
}

/** The modified Bessel function of the first kind, order 0. */
export function i0<A extends Operand>(x: A): Out<A> {
  return floatUnary('i0', x, (t) => {
    const size = f.abs(t);
    const isSmall = f.le(size, I0_LARGE);
    const inside = f.mul(f.where(isSmall, size, 0), 1 / I0_LARGE);
    const small = f.polynomial(f.square(inside), I0_SERIES);
    const large = f.where(isSmall, I0_LARGE, size);
    // The exponential in two halves, so that it does not overflow before the result does.
    const root = unary('exp', f.mul(large, 0.5));
    const series = f.polynomial(f.div(1, large), I0_ASYMPTOTIC);
    const scaled = f.div(series, f.mul(f.sqrt(large), Math.sqrt(2 * Math.PI)));
    return f.where(isSmall, small, f.mul(f.mul(root, scaled), root));
  });
}
