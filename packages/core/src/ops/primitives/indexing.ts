/** Primitives that read and write at computed positions. Index dtype is int32. */
import { DTypeError, ShapeError } from '../../errors.ts';
import type { Aval } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import {
  checkAxis,
  checkCount,
  checkDTypeIs,
  checkNumeric,
  checkPerAxis,
  checkSameDType,
  equalLists,
  showAval,
  showShape,
  sizeOf,
} from './check.ts';
import type { Primitive, PrimitiveFunctions } from './primitive.ts';

interface Place {
  readonly axis: number;
  readonly batchDims: number;
}

/** The shape that gather gives and scatter's updates have. */
function gatheredShape(op: string, x: Aval, indices: Aval, place: Place): number[] {
  const { axis, batchDims } = place;
  checkDTypeIs(op, 'the index operand', indices, 'int32');
  checkAxis(op, axis, x.shape);
  if (!(Number.isInteger(batchDims) && batchDims >= 0 && batchDims <= axis)) {
    throw new ShapeError(`${op}: batchDims ${batchDims} must be between 0 and the axis, ${axis}`);
  }
  for (let i = 0; i < batchDims; i++) {
    if (x.shape[i] !== indices.shape[i]) {
      throw new ShapeError(
        `${op}: the first ${batchDims} axes of ${showAval(x)} and of the indices ` +
          `${showAval(indices)} must be equal`,
      );
    }
  }
  const shape = x.shape.slice(0, axis);
  for (let i = batchDims; i < indices.shape.length; i++) shape.push(indices.shape[i]!);
  for (let i = axis + 1; i < x.shape.length; i++) shape.push(x.shape[i]!);
  return shape;
}

/** A value shaped like the indices, stretched to the shape of gather's result. */
function spreadIndexLike(
  ops: PrimitiveFunctions,
  value: Tensor,
  shape: readonly number[],
  { axis, batchDims }: Place,
): Tensor {
  const axes = value.shape.map((_, i) => (i < batchDims ? i : axis + i - batchDims));
  return ops.broadcast(value, shape, axes);
}

function clamped(ops: PrimitiveFunctions, indices: Tensor, size: number): Tensor {
  const lower = ops.binary('max', indices, ops.fullLike(indices, 0));
  return ops.binary('min', lower, ops.fullLike(indices, size - 1));
}

function inRange(ops: PrimitiveFunctions, indices: Tensor, size: number): Tensor {
  const notBelow = ops.compare('ge', indices, ops.fullLike(indices, 0));
  const notAbove = ops.compare('lt', indices, ops.fullLike(indices, size));
  return ops.binary('and', notBelow, notAbove);
}

export const gather: Primitive<'gather'> = {
  doc: 'Elements of the operand along `axis` at int32 indices, which clamp to the range.',
  gradient: 'the cotangent added at the (clamped) indices',
  shape(inputs, attrs) {
    checkCount('gather', inputs, 2);
    const x = inputs[0]!;
    const shape = gatheredShape('gather', x, inputs[1]!, attrs);
    if (x.shape[attrs.axis] === 0 && sizeOf(shape) > 0) {
      throw new ShapeError(`gather: axis ${attrs.axis} of ${showAval(x)} is empty`);
    }
    return [{ shape, dtype: x.dtype }];
  },
  vjp({ attrs, inputs, cotangents, ops }) {
    const x = inputs[0]!;
    const size = x.shape[attrs.axis]!;
    if (size === 0) return [undefined, undefined];
    const indices = clamped(ops, inputs[1]!, size);
    const into = ops.fullLike(x, 0);
    return [ops.scatter(into, indices, cotangents[0]!, { ...attrs, mode: 'add' }), undefined];
  },
};

/** True at the updates that a `set` keeps: in range, and the last of those with equal index. */
function winners(
  ops: PrimitiveFunctions,
  indices: Tensor,
  size: number,
  batchDims: number,
): Tensor {
  const count = sizeOf(indices.shape);
  const positions = ops.reshape(ops.iota([count], 0, 'int32'), indices.shape);
  const place = { axis: batchDims, batchDims };
  const nobody = ops.full([...indices.shape.slice(0, batchDims), size], -1, 'int32');
  const last = ops.scatter(nobody, indices, positions, { ...place, mode: 'set' });
  return ops.compare('eq', ops.gather(last, indices, batchDims, batchDims), positions);
}

export const scatter: Primitive<'scatter'> = {
  doc: 'The operand with updates written (set, add, min, max) at int32 indices; others are dropped.',
  gradient:
    'add: the cotangent, and gathered for the updates; set: zero where overwritten, and gathered ' +
    'for the updates that stayed; min and max: shared among ties',
  shape(inputs, attrs) {
    checkCount('scatter', inputs, 3);
    const [x, indices, updates] = inputs as [Aval, Aval, Aval];
    const shape = gatheredShape('scatter', x, indices, attrs);
    if (!['set', 'add', 'min', 'max'].includes(attrs.mode)) {
      throw new DTypeError(`scatter: unknown mode ${attrs.mode}; use set, add, min or max`);
    }
    checkSameDType('scatter', x, updates);
    if (attrs.mode !== 'set') checkNumeric(`scatter ${attrs.mode}`, x);
    if (!equalLists(shape, updates.shape)) {
      throw new ShapeError(
        `scatter: the updates ${showAval(updates)} must have the shape ${showShape(shape)} that ` +
          `axis ${attrs.axis} of ${showAval(x)} and the indices ${showAval(indices)} give`,
      );
    }
    return [x];
  },
  vjp({ attrs, inputs, outputs, cotangents, needs, ops }) {
    const [x, indices, updates] = inputs as [Tensor, Tensor, Tensor];
    const ct = cotangents[0]!;
    const { axis, batchDims, mode } = attrs;
    const size = x.shape[axis]!;
    if (sizeOf(updates.shape) === 0 || size === 0) return [ct, undefined, undefined];
    const zero = ops.fullLike(updates, 0);
    const spread = (value: Tensor): Tensor => spreadIndexLike(ops, value, updates.shape, attrs);
    if (mode === 'set') {
      const forX = needs[0] ? ops.scatter(ct, indices, zero, attrs) : undefined;
      if (!needs[2]) return [forX, undefined, undefined];
      const stayed = spread(winners(ops, indices, size, batchDims));
      const read = ops.gather(ct, indices, axis, batchDims);
      return [forX, undefined, ops.select(stayed, read, zero)];
    }
    const valid = spread(inRange(ops, indices, size));
    if (mode === 'add') {
      if (!needs[2]) return [ct, undefined, undefined];
      const read = ops.gather(ct, indices, axis, batchDims);
      return [ct, undefined, ops.select(valid, read, zero)];
    }
    const y = outputs[0]!;
    const kept = ops.compare('eq', x, y);
    const chosen = ops.binary(
      'and',
      valid,
      ops.compare('eq', updates, ops.gather(y, indices, axis, batchDims)),
    );
    const one = ops.fullLike(x, 1);
    const votes = ops.select(kept, one, ops.fullLike(x, 0));
    const ballots = ops.select(chosen, ops.fullLike(updates, 1), zero);
    const count = ops.scatter(votes, indices, ballots, { ...attrs, mode: 'add' });
    // NaN equals nothing: no votes, and no gradient.
    const share = ops.div(ct, ops.binary('max', count, one));
    return [
      ops.select(kept, share, ops.fullLike(x, 0)),
      undefined,
      ops.select(chosen, ops.gather(share, indices, axis, batchDims), zero),
    ];
  },
};

function checkStarts(op: string, x: Aval, starts: Aval): void {
  checkDTypeIs(op, 'the starts', starts, 'int32');
  if (starts.shape.length !== 1 || starts.shape[0] !== x.shape.length) {
    throw new ShapeError(
      `${op}: the starts must be int32[${x.shape.length}], one per axis of ${showAval(x)}, ` +
        `but are ${showAval(starts)}`,
    );
  }
}

function checkWindow(op: string, x: Aval, sizes: readonly number[]): void {
  checkPerAxis(op, 'sizes', sizes, x.shape.length, 0);
  if (sizes.some((size, i) => size > x.shape[i]!)) {
    throw new ShapeError(`${op}: a window of ${showShape(sizes)} does not fit ${showAval(x)}`);
  }
}

export const dynamicSlice: Primitive<'dynamicSlice'> = {
  doc: 'A window of `sizes` at a computed start, which clamps so that the window fits.',
  gradient: 'zeros with the cotangent in the window',
  shape(inputs, { sizes }) {
    checkCount('dynamicSlice', inputs, 2);
    const x = inputs[0]!;
    checkStarts('dynamicSlice', x, inputs[1]!);
    checkWindow('dynamicSlice', x, sizes);
    return [{ shape: sizes, dtype: x.dtype }];
  },
  vjp({ inputs, cotangents, ops }) {
    const zero = ops.fullLike(inputs[0]!, 0);
    return [ops.dynamicUpdateSlice(zero, cotangents[0]!, inputs[1]!), undefined];
  },
};

export const dynamicUpdateSlice: Primitive<'dynamicUpdateSlice'> = {
  doc: 'The operand with a window at a computed start replaced; the start clamps so that it fits.',
  gradient: 'the cotangent without the window; the window of the cotangent for the update',
  shape(inputs) {
    checkCount('dynamicUpdateSlice', inputs, 3);
    const [x, update, starts] = inputs as [Aval, Aval, Aval];
    checkSameDType('dynamicUpdateSlice', x, update);
    checkStarts('dynamicUpdateSlice', x, starts);
    checkWindow('dynamicUpdateSlice', x, update.shape);
    return [x];
  },
  vjp({ inputs, cotangents, needs, ops }) {
    const [, update, starts] = inputs as [Tensor, Tensor, Tensor];
    const ct = cotangents[0]!;
    return [
      needs[0] ? ops.dynamicUpdateSlice(ct, ops.fullLike(update, 0), starts) : undefined,
      needs[1] ? ops.dynamicSlice(ct, starts, update.shape) : undefined,
      undefined,
    ];
  },
};
