/** The derivatives of every two-argument pointwise function: one row per function. */
import type { BinaryFn } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { PrimitiveFunctions } from './primitive.ts';

/** What a row sees: operands, result and its cotangent. */
export interface BinaryContext {
  readonly ops: PrimitiveFunctions;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly y: Tensor;
  readonly ct: Tensor;
}

type Gradient = (context: BinaryContext) => Tensor;

/** The cotangents of both operands, each made only if needed; undefined: no gradient at all. */
export type BinaryGradient = readonly [a: Gradient, b: Gradient] | undefined;

/** All of the cotangent where a wins, half where both are equal. */
function shared(fn: 'lt' | 'gt'): BinaryGradient {
  const share = ({ ops, ct }: BinaryContext, first: Tensor, second: Tensor): Tensor => {
    const half = ops.mul(ct, ops.fullLike(ct, 0.5));
    const tie = ops.compare('eq', first, second);
    const otherwise = ops.select(tie, half, ops.fullLike(ct, 0));
    return ops.select(ops.compare(fn, first, second), ct, otherwise);
  };
  return [(context) => share(context, context.a, context.b), (c) => share(c, c.b, c.a)];
}

function sumOfSquares({ ops, a, b }: BinaryContext): Tensor {
  return ops.add(ops.mul(a, a), ops.mul(b, b));
}

/** y·x^(y−1), and 0 for exponent 0, where the formula would be 0·∞ at x = 0. */
function powBase({ ops, a, b, ct }: BinaryContext): Tensor {
  const one = ops.fullLike(b, 1);
  const isZero = ops.compare('eq', b, ops.fullLike(b, 0));
  const exponent = ops.select(isZero, one, ops.sub(b, one));
  return ops.mul(ct, ops.mul(b, ops.binary('pow', a, exponent)));
}

/** x^y·log x, and 0 where the logarithm is not defined. */
function powExponent({ ops, a, y, b, ct }: BinaryContext): Tensor {
  const positive = ops.compare('gt', a, ops.fullLike(a, 0));
  const logarithm = ops.unary('log', ops.select(positive, a, ops.fullLike(a, 1)));
  return ops.select(positive, ops.mul(ct, ops.mul(y, logarithm)), ops.fullLike(b, 0));
}

export const BINARY_GRADIENTS: Readonly<Record<BinaryFn, BinaryGradient>> = {
  add: [({ ct }) => ct, ({ ct }) => ct],
  sub: [({ ct }) => ct, ({ ops, ct }) => ops.neg(ct)],
  mul: [({ ops, b, ct }) => ops.mul(ct, b), ({ ops, a, ct }) => ops.mul(ct, a)],
  div: [
    ({ ops, b, ct }) => ops.div(ct, b),
    ({ ops, b, y, ct }) => ops.neg(ops.mul(ct, ops.div(y, b))),
  ],
  // a − b·trunc(a/b); (a − y)/b is that whole number up to rounding.
  rem: [
    ({ ct }) => ct,
    ({ ops, a, b, y, ct }) => ops.neg(ops.mul(ct, ops.unary('round', ops.div(ops.sub(a, y), b)))),
  ],
  pow: [powBase, powExponent],
  atan2: [
    (context) => {
      const { ops, b, ct } = context;
      return ops.mul(ct, ops.div(b, sumOfSquares(context)));
    },
    (context) => {
      const { ops, a, ct } = context;
      return ops.neg(ops.mul(ct, ops.div(a, sumOfSquares(context))));
    },
  ],
  min: shared('lt'),
  max: shared('gt'),
  and: undefined,
  or: undefined,
  xor: undefined,
  shl: undefined,
  shr: undefined,
};
