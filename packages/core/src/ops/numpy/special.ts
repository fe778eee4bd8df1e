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

/** 1 − erf(x), which stays exact where erf(x) is nearly 1. */
export function erfc<A extends Operand>(x: A): Out<A> {
  return floatUnary('erfc', x, (t) => {
    const plain = f.sub(1, unary('erf', t));
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

/** Σ (x²/4)^k / (k!)², the power series of I₀, enough terms for |x| ≤ 3.75. */
const I0_SERIES: readonly number[] = Array.from({ length: 13 }, (_, k) => {
  let factorial = 1;
  for (let i = 2; i <= k; i++) factorial *= i;
  return 1 / (4 ** k * factorial ** 2);
});

/** I₀(x)·√x·e^(−x) in 3.75/x (Abramowitz and Stegun 9.8.2). */
const I0_TAIL = [
  0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633,
  0.00392377,
];

/** The modified Bessel function of the first kind, order 0. */
export function i0<A extends Operand>(x: A): Out<A> {
  return floatUnary('i0', x, (t) => {
    const size = f.abs(t);
    const isSmall = f.le(size, 3.75);
    const small = f.polynomial(f.square(f.where(isSmall, size, 0)), I0_SERIES);
    const large = f.where(isSmall, 3.75, size);
    const root = unary('exp', f.mul(large, 0.5));
    const scaled = f.div(f.polynomial(f.div(3.75, large), I0_TAIL), f.sqrt(large));
    return f.where(isSmall, small, f.mul(f.mul(root, scaled), root));
  });
}
