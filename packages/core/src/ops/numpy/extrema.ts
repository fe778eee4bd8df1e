/** Larger and smaller of two operands, and clipping. */
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import * as primitives from '../primitives/functions.ts';
import { align } from '../promote.ts';
import { isFloat } from '../../dtypes.ts';
import { binaryOp, commonNumber } from './pointwise.ts';

const larger = (a: Tensor, b: Tensor): Tensor =>
  primitives.binary(a.dtype === 'bool' ? 'or' : 'max', a, b);
const smaller = (a: Tensor, b: Tensor): Tensor =>
  primitives.binary(a.dtype === 'bool' ? 'and' : 'min', a, b);

/** The larger of both, in the common dtype; NaN wins. Equal operands share the gradient. */
export function maximum<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('maximum', x1, x2, larger);
}

/** The smaller of both, in the common dtype; NaN wins. Equal operands share the gradient. */
export function minimum<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('minimum', x1, x2, smaller);
}

function ignoringNan(choose: (a: Tensor, b: Tensor) => Tensor) {
  return (a: Tensor, b: Tensor): Tensor => {
    if (!isFloat(a.dtype)) return choose(a, b);
    return f.where(f.isNan(a), b, f.where(f.isNan(b), a, choose(a, b)));
  };
}

/** The larger of both; the other one where one is NaN. */
export function fmax<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('fmax', x1, x2, ignoringNan(larger));
}

/** The smaller of both; the other one where one is NaN. */
export function fmin<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('fmin', x1, x2, ignoringNan(smaller));
}

/**
 * x, but not below `xMin` nor above `xMax`, in the common dtype (bool counts as int32). At a bound
 * the gradient goes to x.
 *
 * @example
 * ops.clip(x, 0, 6);
 */
export function clip<A extends Operand, B extends Operand, C extends Operand>(
  x: A,
  xMin: B,
  xMax: C,
): Out<A | B | C> {
  return apply('clip', [x, xMin, xMax] as Operand[], {}, (values) => {
    const [t, low, high] = align(values, commonNumber(...values)) as [Tensor, Tensor, Tensor];
    const raised = f.where(f.lt(t, low), low, t);
    return f.where(f.gt(raised, high), high, raised);
  }) as Out<A | B | C>;
}
