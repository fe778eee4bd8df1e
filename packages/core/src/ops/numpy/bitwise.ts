/** Bits of integers; on bool, logic. */
import type { BinaryFn } from '../../graph/types.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { binary, unary } from '../primitives/functions.ts';
import { binaryOp, commonNumber, unaryOp } from './pointwise.ts';

function bits<A extends Operand, B extends Operand>(
  op: string,
  fn: BinaryFn,
  x: A,
  y: B,
): Out<A | B> {
  return binaryOp(op, x, y, (a, b) => binary(fn, a, b));
}

/** Bits set in both. */
export function bitwiseAnd<A extends Operand, B extends Operand>(x: A, y: B): Out<A | B> {
  return bits('bitwiseAnd', 'and', x, y);
}

/** Bits set in either. */
export function bitwiseOr<A extends Operand, B extends Operand>(x: A, y: B): Out<A | B> {
  return bits('bitwiseOr', 'or', x, y);
}

/** Bits set in exactly one. */
export function bitwiseXor<A extends Operand, B extends Operand>(x: A, y: B): Out<A | B> {
  return bits('bitwiseXor', 'xor', x, y);
}

/** All bits flipped. */
export function bitwiseNot<A extends Operand>(x: A): Out<A> {
  return unaryOp('bitwiseNot', x, (t) => unary('not', t));
}

/** All bits flipped, the same as {@link bitwiseNot}. */
export function bitwiseInvert<A extends Operand>(x: A): Out<A> {
  return unaryOp('bitwiseInvert', x, (t) => unary('not', t));
}

/** Counts beyond the width of the dtype are masked to it; bool counts as int32. */
function shift<A extends Operand, B extends Operand>(
  op: string,
  fn: 'shl' | 'shr',
  x: A,
  y: B,
): Out<A | B> {
  return binaryOp(op, x, y, (a, b) => binary(fn, a, b), commonNumber);
}

/** x with its bits moved up by y places. */
export function leftShift<A extends Operand, B extends Operand>(x: A, y: B): Out<A | B> {
  return shift('leftShift', 'shl', x, y);
}

/** x with its bits moved down by y places; the sign stays. */
export function rightShift<A extends Operand, B extends Operand>(x: A, y: B): Out<A | B> {
  return shift('rightShift', 'shr', x, y);
}

/** x with its bits moved up by y places, the same as {@link leftShift}. */
export function bitwiseLeftShift<A extends Operand, B extends Operand>(x: A, y: B): Out<A | B> {
  return shift('bitwiseLeftShift', 'shl', x, y);
}

/** x with its bits moved down by y places, the same as {@link rightShift}. */
export function bitwiseRightShift<A extends Operand, B extends Operand>(x: A, y: B): Out<A | B> {
  return shift('bitwiseRightShift', 'shr', x, y);
}
