/** The matrix product of tensors, batch axes broadcast. */
import { ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as primitives from '../primitives/functions.ts';
import { broadcastShapes } from '../promote.ts';
import { range } from '../values.ts';

/** The error for shapes that have no product. */
export function mismatch(op: string, a: Tensor, b: Tensor, what: string): ShapeError {
  return new ShapeError(
    `${op}: shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit: ${what}.`,
  );
}

/** The matrix product of tensors of one dtype. */
export function matrixProduct(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 0 || b.rank === 0) {
    throw mismatch('matmul', a, b, 'scalars have no matrix product; use multiply');
  }
  const inner = Math.max(b.rank - 2, 0);
  if (a.shape.at(-1) !== b.shape[inner]) {
    throw mismatch('matmul', a, b, `${a.shape.at(-1)} columns meet ${b.shape[inner]} rows`);
  }
  const last = a.rank - 1;
  // One operand without batch axes: no broadcasting, its axes are simply free.
  if (b.rank <= 2) return primitives.dot(a, b, [[last, inner]]);
  if (a.rank === 1) return primitives.dot(a, b, [[0, inner]]);
  if (a.rank === 2) {
    const y = primitives.dot(a, b, [[last, inner]]);
    const batch = range(inner).map((axis) => axis + 1);
    return primitives.transpose(y, [...batch, 0, y.rank - 1]);
  }
  const shape = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const spread = (t: Tensor): Tensor => primitives.broadcastTo(t, [...shape, ...t.shape.slice(-2)]);
  const n = shape.length;
  const batch = range(n).map((axis) => [axis, axis] as const);
  return primitives.dot(spread(a), spread(b), [[n + 1, n]], batch);
}
