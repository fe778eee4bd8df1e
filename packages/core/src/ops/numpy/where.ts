/** Choice by a condition, and the places where a condition holds. */
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { concrete } from '../concrete.ts';
import * as primitives from '../primitives/functions.ts';
import { align, as, broadcastShapes, commonDType } from '../promote.ts';
import { tensorOf } from '../values.ts';
import { nonzero, type NonzeroOptions } from './indexing.ts';

/**
 * x1 where the condition holds, else x2, in their common dtype.
 *
 * With the condition alone: the int32 indices of its true elements, one tensor per axis. How many
 * there are depends on the values, so that form gives a promise; with `size` it is static and can be
 * traced.
 *
 * @throws UnsupportedError for the condition alone inside a trace, without `size`.
 *
 * @example
 * ops.where(ops.greater(x, 0), x, 0);
 * const [rows, columns] = await ops.where([[true, false], [false, true]]); // [0, 1], [0, 1]
 */
export function where<C extends Operand, A extends Operand, B extends Operand>(
  condition: C,
  x1: A,
  x2: B,
): Out<C | A | B>;
export function where<C extends Operand>(condition: C, options: NonzeroOptions): Out<C>[];
export function where(condition: Operand): Promise<Tensor[]>;
export function where(condition: Operand, x1?: Operand | NonzeroOptions, x2?: Operand): unknown {
  if (x1 === undefined) return nonzero(concrete('where', 'size', condition));
  if (x2 === undefined) return nonzero(condition, x1 as NonzeroOptions);
  return apply('where', [condition, x1, x2] as Operand[], {}, ([test, a, b]) => {
    const c = as(tensorOf(test!), 'bool');
    const dtype = commonDType(a!, b!);
    const [x, y] = align([a!, b!], dtype) as [Tensor, Tensor];
    const shape = broadcastShapes(c.shape, x.shape);
    const lay = (t: Tensor): Tensor => primitives.broadcastTo(t, shape);
    return primitives.select(lay(c), lay(x), lay(y));
  });
}
