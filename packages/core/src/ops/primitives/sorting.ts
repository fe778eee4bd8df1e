/** Sorting. Top-k, argsort, median and shuffle are made of it. */
import type { Tensor } from '../../tensor/tensor.ts';
import { checkAxis, checkCount, range, sizeOf } from './check.ts';
import type { Primitive, PrimitiveFunctions } from './primitive.ts';

/** x with `axis` last and the others flattened in front of it, and the way back. */
function asRows(
  ops: PrimitiveFunctions,
  shape: readonly number[],
  axis: number,
): { forth(x: Tensor): Tensor; back(x: Tensor): Tensor } {
  const others = range(shape.length).filter((other) => other !== axis);
  const permutation = [...others, axis];
  const inverse: number[] = [];
  permutation.forEach((from, to) => (inverse[from] = to));
  const moved = permutation.map((from) => shape[from]!);
  const rows = sizeOf(moved.slice(0, -1));
  return {
    forth: (x) => ops.reshape(ops.transpose(x, permutation), [rows, shape[axis]!]),
    back: (x) => ops.transpose(ops.reshape(x, moved), inverse),
  };
}

export const sort: Primitive<'sort'> = {
  doc: 'Values sorted along `axis` and their int32 indices; stable, NaN last in both directions.',
  gradient: 'the cotangent goes back to where each value came from',
  shape(inputs, { axis }) {
    checkCount('sort', inputs, 1);
    const x = inputs[0]!;
    checkAxis('sort', axis, x.shape);
    return [x, { shape: x.shape, dtype: 'int32' }];
  },
  vjp({ attrs, inputs, outputs, cotangents, ops }) {
    const ct = cotangents[0];
    const x = inputs[0]!;
    if (ct === undefined || sizeOf(x.shape) === 0) return [undefined];
    const { forth, back } = asRows(ops, x.shape, attrs.axis);
    const rows = forth(ct);
    const place = { axis: 1, batchDims: 1, mode: 'add' } as const;
    return [back(ops.scatter(ops.fullLike(rows, 0), forth(outputs[1]!), rows, place))];
  },
};
