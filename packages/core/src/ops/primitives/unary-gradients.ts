/** The derivative of every one-argument pointwise function: one row per function. */
import type { UnaryFn } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { PrimitiveFunctions } from './primitive.ts';

/** From x, y = fn(x) and the cotangent of y: the cotangent of x; undefined where it is zero. */
export type UnaryGradient = (
  ops: PrimitiveFunctions,
  x: Tensor,
  y: Tensor,
  ct: Tensor,
) => Tensor | undefined;

const zero: UnaryGradient = () => undefined;

const square = (ops: PrimitiveFunctions, x: Tensor): Tensor => ops.mul(x, x);
const oneMinus = (ops: PrimitiveFunctions, x: Tensor): Tensor => ops.sub(ops.fullLike(x, 1), x);
const onePlus = (ops: PrimitiveFunctions, x: Tensor): Tensor => ops.add(x, ops.fullLike(x, 1));
const scale = (ops: PrimitiveFunctions, x: Tensor, factor: number): Tensor =>
  ops.mul(x, ops.fullLike(x, factor));

/**
 * ψ₁, the derivative of digamma: Σ 1/(x+k)² for eight steps, then the asymptotic series at x + 8;
 * negative x by reflection.
 */
function trigamma(ops: PrimitiveFunctions, x: Tensor): Tensor {
  const one = ops.fullLike(x, 1);
  const negative = ops.compare('lt', x, ops.fullLike(x, 0.5));
  const reflected = ops.select(negative, ops.sub(one, x), x);
  let total: Tensor | undefined;
  let shifted = reflected;
  for (let step = 0; step < 8; step++) {
    const term = ops.div(one, square(ops, shifted));
    total = total === undefined ? term : ops.add(total, term);
    shifted = ops.add(shifted, one);
  }
  const inverse = ops.div(one, shifted);
  const inverseSquare = square(ops, inverse);
  let series = ops.fullLike(x, -691 / 2730);
  for (const coefficient of [5 / 66, -1 / 30, 1 / 42, -1 / 30, 1 / 6]) {
    series = ops.add(ops.mul(series, inverseSquare), ops.fullLike(x, coefficient));
  }
  const tail = ops.mul(inverse, ops.add(one, ops.mul(inverseSquare, series)));
  const asymptotic = ops.add(tail, scale(ops, inverseSquare, 0.5));
  const positive = ops.add(total!, asymptotic);
  const sine = ops.unary('sin', scale(ops, x, Math.PI));
  const mirror = ops.div(ops.fullLike(x, Math.PI ** 2), square(ops, sine));
  return ops.select(negative, ops.sub(mirror, positive), positive);
}

export const UNARY_GRADIENTS: Readonly<Record<UnaryFn, UnaryGradient>> = {
  neg: (ops, _x, _y, ct) => ops.neg(ct),
  abs: (ops, x, _y, ct) => ops.mul(ct, ops.unary('sign', x)),
  sign: zero,
  floor: zero,
  ceil: zero,
  round: zero,
  sqrt: (ops, _x, y, ct) => ops.div(ct, ops.add(y, y)),
  rsqrt: (ops, _x, y, ct) => ops.mul(scale(ops, ct, -0.5), ops.mul(y, square(ops, y))),
  exp: (ops, _x, y, ct) => ops.mul(ct, y),
  expm1: (ops, _x, y, ct) => ops.mul(ct, onePlus(ops, y)),
  log: (ops, x, _y, ct) => ops.div(ct, x),
  log1p: (ops, x, _y, ct) => ops.div(ct, onePlus(ops, x)),
  sin: (ops, x, _y, ct) => ops.mul(ct, ops.unary('cos', x)),
  cos: (ops, x, _y, ct) => ops.neg(ops.mul(ct, ops.unary('sin', x))),
  tan: (ops, _x, y, ct) => ops.mul(ct, onePlus(ops, square(ops, y))),
  asin: (ops, x, _y, ct) => ops.div(ct, ops.unary('sqrt', oneMinus(ops, square(ops, x)))),
  acos: (ops, x, _y, ct) => ops.neg(ops.div(ct, ops.unary('sqrt', oneMinus(ops, square(ops, x))))),
  atan: (ops, x, _y, ct) => ops.div(ct, onePlus(ops, square(ops, x))),
  sinh: (ops, x, _y, ct) => ops.mul(ct, ops.unary('cosh', x)),
  cosh: (ops, x, _y, ct) => ops.mul(ct, ops.unary('sinh', x)),
  tanh: (ops, _x, y, ct) => ops.mul(ct, oneMinus(ops, square(ops, y))),
  asinh: (ops, x, _y, ct) => ops.div(ct, ops.unary('sqrt', onePlus(ops, square(ops, x)))),
  acosh: (ops, x, _y, ct) =>
    // x² − 1 as a product keeps its digits near 1.
    ops.div(ct, ops.unary('sqrt', ops.mul(ops.sub(x, ops.fullLike(x, 1)), onePlus(ops, x)))),
  atanh: (ops, x, _y, ct) => ops.div(ct, ops.mul(oneMinus(ops, x), onePlus(ops, x))),
  erf: (ops, x, _y, ct) =>
    ops.mul(ct, scale(ops, ops.unary('exp', ops.neg(square(ops, x))), 2 / Math.sqrt(Math.PI))),
  erfInv: (ops, _x, y, ct) =>
    ops.mul(ct, scale(ops, ops.unary('exp', square(ops, y)), Math.sqrt(Math.PI) / 2)),
  lgamma: (ops, x, _y, ct) => ops.mul(ct, ops.unary('digamma', x)),
  digamma: (ops, x, _y, ct) => ops.mul(ct, trigamma(ops, x)),
  not: zero,
  isNan: zero,
  isFinite: zero,
};
