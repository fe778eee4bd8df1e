/** Logic on bool; numbers count as “not zero”. */
import type { Operand, Out } from '../../tensor/operand.ts';
import * as f from '../formula.ts';
import { binary } from '../primitives/functions.ts';
import { binaryOp, unaryOp } from './pointwise.ts';

const bool = (): 'bool' => 'bool';

/** x1 and x2. */
export function logicalAnd<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('logicalAnd', x1, x2, f.and, bool);
}

/** x1 or x2. */
export function logicalOr<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('logicalOr', x1, x2, f.or, bool);
}

/** Either x1 or x2, not both. */
export function logicalXor<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('logicalXor', x1, x2, (a, b) => binary('xor', a, b), bool);
}

/** Not x. */
export function logicalNot<A extends Operand>(x: A): Out<A> {
  return unaryOp('logicalNot', x, f.not, bool);
}
