/** Floats by their binary parts: neighbours and powers of two. */
import { byteWidth, type DType, isFloat } from '../../dtypes.ts';
import { DTypeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { bitcast, broadcastTo, cast, fullLike } from '../primitives/functions.ts';
import { as, broadcastShapes, commonFloat } from '../promote.ts';
import { floatBinary } from './pointwise.ts';

const BITS: Readonly<Record<number, DType>> = { 2: 'int16', 4: 'int32', 8: 'int64' };

/** The next float after x1 in the direction of x2. Integers give floatx. */
export function nextafter<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('nextafter', x1, x2, (a, b) => {
    const bits = bitcast(a, BITS[byteWidth(a.dtype)]!);
    // Away from 0 the bits of a float grow with its magnitude.
    const outwards = f.eq(f.gt(a, 0), f.gt(b, a));
    const next = bitcast(f.where(outwards, f.add(bits, 1), f.sub(bits, 1)), a.dtype);
    const mostNegative = -(2 ** (8 * byteWidth(a.dtype) - 1));
    // The neighbours of 0 have one bit set, besides the sign.
    const smallest = f.where(f.gt(b, 0), fullLike(bits, 1), fullLike(bits, mostNegative + 1));
    const moved = f.where(f.eq(a, 0), bitcast(smallest, a.dtype), next);
    const still = f.where(f.eq(a, b), b, moved);
    return f.where(f.or(f.isNan(a), f.isNan(b)), NaN, still);
  });
}

/** x1 · 2^x2 for whole x2. Integers give floatx. */
export function ldexp<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return apply('ldexp', [x1, x2] as Operand[], {}, ([a, b]) => {
    if (b instanceof Tensor ? isFloat(b.dtype) : !Number.isInteger(b)) {
      throw new DTypeError(
        `ldexp: the exponent must be whole numbers, got ${b instanceof Tensor ? b.dtype : b}; ` +
          "cast it to 'int32' first.",
      );
    }
    const dtype = commonFloat(a!);
    const shape = broadcastShapes(...[a!, b!].map((v) => (v instanceof Tensor ? v.shape : [])));
    const x = broadcastTo(as(a!, dtype), shape);
    const exponent = broadcastTo(as(b!, 'int32'), shape);
    // In two halves, so that 2^x2 itself cannot overflow where the product does not.
    const half = f.div(exponent, 2);
    const power = (e: Tensor): Tensor => f.pow(2, cast(e, dtype));
    return f.mul(f.mul(x, power(half)), power(f.sub(exponent, half)));
  }) as Out<A | B>;
}
