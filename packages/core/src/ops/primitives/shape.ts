/** Primitives that move elements without changing them. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Aval } from '../../graph/types.ts';
import {
  checkAxes,
  checkAxis,
  checkCount,
  checkPerAxis,
  checkSameDType,
  checkShape,
  range,
  showAval,
  showShape,
  sizeOf,
} from './check.ts';
import type { Primitive } from './primitive.ts';

export const broadcast: Primitive<'broadcast'> = {
  doc: 'Axis i of the operand becomes axis `axes[i]` of the result; the other axes repeat it.',
  gradient: 'sum over the repeated axes',
  shape(inputs, { shape, axes }) {
    checkCount('broadcast', inputs, 1);
    const x = inputs[0]!;
    checkShape('broadcast', shape);
    checkAxes('broadcast', axes, shape);
    let valid = axes.length === x.shape.length;
    for (let i = 0; valid && i < axes.length; i++) {
      valid = x.shape[i] === 1 || x.shape[i] === shape[axes[i]!];
    }
    if (!valid) {
      throw new ShapeError(
        `broadcast: ${showAval(x)} does not stretch to ${showShape(shape)} with its axes at ` +
          `${showShape(axes)}; each axis must have size 1 or the size it goes to`,
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  vjp({ attrs, inputs, cotangents, ops }) {
    const { shape, axes } = attrs;
    const x = inputs[0]!;
    const kept = axes.filter((axis, i) => x.shape[i] === shape[axis]);
    const repeated = range(shape.length).filter((axis) => !kept.includes(axis));
    return [ops.reshape(ops.sum(cotangents[0]!, repeated), x.shape)];
  },
};

export const reshape: Primitive<'reshape'> = {
  doc: 'The same elements in row-major order in another shape.',
  gradient: 'reshape back',
  shape(inputs, { shape }) {
    checkCount('reshape', inputs, 1);
    const x = inputs[0]!;
    checkShape('reshape', shape);
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new ShapeError(
        `reshape: ${showAval(x)} has ${sizeOf(x.shape)} elements but ${showShape(shape)} ` +
          `needs ${sizeOf(shape)}`,
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  vjp({ inputs, cotangents, ops }) {
    return [ops.reshape(cotangents[0]!, inputs[0]!.shape)];
  },
};

export const transpose: Primitive<'transpose'> = {
  doc: 'Axis i of the result is axis `permutation[i]` of the operand.',
  gradient: 'the inverse permutation',
  shape(inputs, { permutation }) {
    checkCount('transpose', inputs, 1);
    const x = inputs[0]!;
    const shape: number[] = [];
    let seen = 0;
    for (const axis of permutation) {
      checkAxis('transpose', axis, x.shape);
      seen |= 1 << axis;
      shape.push(x.shape[axis]!);
    }
    if (permutation.length !== x.shape.length || seen !== (1 << x.shape.length) - 1) {
      throw new ShapeError(
        `transpose: ${showShape(permutation)} is not a permutation of the axes of ${showAval(x)}`,
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  vjp({ attrs, cotangents, ops }) {
    const inverse: number[] = [];
    attrs.permutation.forEach((axis, i) => (inverse[axis] = i));
    return [ops.transpose(cotangents[0]!, inverse)];
  },
};

export const slice: Primitive<'slice'> = {
  doc: 'x[start:limit:stride] on every axis.',
  gradient: 'zeros with the cotangent at the sliced places (pad with interior)',
  shape(inputs, { start, limit, strides }) {
    checkCount('slice', inputs, 1);
    const x = inputs[0]!;
    const rank = x.shape.length;
    checkPerAxis('slice', 'start', start, rank, 0);
    checkPerAxis('slice', 'limit', limit, rank, 0);
    checkPerAxis('slice', 'strides', strides, rank, 1);
    const shape: number[] = [];
    for (let i = 0; i < rank; i++) {
      if (start[i]! > limit[i]! || limit[i]! > x.shape[i]!) {
        throw new ShapeError(
          `slice: ${start[i]}:${limit[i]} is out of range on axis ${i} of ${showAval(x)}; ` +
            `expected 0 ≤ start ≤ limit ≤ ${x.shape[i]}`,
        );
      }
      shape.push(Math.ceil((limit[i]! - start[i]!) / strides[i]!));
    }
    return [{ shape, dtype: x.dtype }];
  },
  vjp({ attrs, inputs, cotangents, ops }) {
    const ct = cotangents[0]!;
    const x = inputs[0]!;
    if (sizeOf(ct.shape) === 0) return [undefined];
    const { start, strides } = attrs;
    const high = x.shape.map((size, i) => size - start[i]! - (ct.shape[i]! - 1) * strides[i]! - 1);
    const interior = strides.map((stride) => stride - 1);
    return [ops.pad(ct, ops.full([], 0, ct.dtype), start, high, interior)];
  },
};

export const pad: Primitive<'pad'> = {
  doc: 'Padding with a scalar before, after and between elements; negative sizes crop.',
  gradient: 'the cotangent at the places of the operand; the rest summed for the padding value',
  shape(inputs, { low, high, interior }) {
    checkCount('pad', inputs, 2);
    const x = inputs[0]!;
    const value = inputs[1]!;
    const rank = x.shape.length;
    if (value.shape.length !== 0) {
      throw new ShapeError(`pad: the padding value must be a scalar but is ${showAval(value)}`);
    }
    checkSameDType('pad', x, value);
    checkPerAxis('pad', 'low', low, rank, -Infinity);
    checkPerAxis('pad', 'high', high, rank, -Infinity);
    checkPerAxis('pad', 'interior', interior, rank, 0);
    const shape: number[] = [];
    for (let i = 0; i < rank; i++) {
      const size = x.shape[i]!;
      const padded = low[i]! + size + Math.max(size - 1, 0) * interior[i]! + high[i]!;
      if (padded < 0) {
        throw new ShapeError(
          `pad: low ${low[i]} and high ${high[i]} crop more than axis ${i} of ${showAval(x)} has`,
        );
      }
      shape.push(padded);
    }
    return [{ shape, dtype: x.dtype }];
  },
  vjp({ attrs, inputs, cotangents, needs, ops }) {
    const x = inputs[0]!;
    const ct = cotangents[0]!;
    const { low, high, interior } = attrs;
    let forX, forValue;
    if (needs[0] && sizeOf(x.shape) > 0) {
      const opposite = (sizes: readonly number[]): number[] => sizes.map((size) => 0 - size);
      const plain = [...low, ...high].every((size) => size === 0);
      const zero = ops.full([], 0, ct.dtype);
      const spread = plain ? ct : ops.pad(ct, zero, opposite(low), opposite(high));
      const strides = interior.map((gap) => gap + 1);
      const origin = strides.map(() => 0);
      forX = ops.slice(spread, origin, spread.shape, strides);
    }
    if (needs[1]) {
      const inside = ops.full(x.shape, 0, 'bool');
      const outside = ops.pad(inside, ops.full([], 1, 'bool'), low, high, interior);
      const padding = ops.select(outside, ct, ops.fullLike(ct, 0));
      forValue = ops.sum(padding, range(ct.shape.length));
    }
    return [forX, forValue];
  },
};

function checkParts(inputs: readonly Aval[], axis: number): number {
  const first = inputs[0];
  if (first === undefined) throw new ArgumentError('concat takes at least one operand');
  checkAxis('concat', axis, first.shape);
  let total = 0;
  for (const part of inputs) {
    checkSameDType('concat', first, part);
    let valid = part.shape.length === first.shape.length;
    for (let i = 0; valid && i < first.shape.length; i++) {
      valid = i === axis || part.shape[i] === first.shape[i];
    }
    if (!valid) {
      throw new ShapeError(
        `concat: shapes ${inputs.map((aval) => showShape(aval.shape)).join(', ')} must be equal ` +
          `except on axis ${axis}`,
      );
    }
    total += part.shape[axis]!;
  }
  return total;
}

export const concat: Primitive<'concat'> = {
  doc: 'The operands joined along `axis`.',
  gradient: 'slices of the cotangent',
  shape(inputs, { axis }) {
    const total = checkParts(inputs, axis);
    const first = inputs[0]!;
    const shape = first.shape.slice();
    shape[axis] = total;
    return [{ shape, dtype: first.dtype }];
  },
  vjp({ attrs, inputs, cotangents, needs, ops }) {
    const ct = cotangents[0]!;
    let position = 0;
    return inputs.map((part, i) => {
      const start = ct.shape.map(() => 0);
      const limit = [...ct.shape];
      start[attrs.axis] = position;
      position += part.shape[attrs.axis]!;
      limit[attrs.axis] = position;
      return needs[i] ? ops.slice(ct, start, limit) : undefined;
    });
  },
};

export const reverse: Primitive<'reverse'> = {
  doc: 'The operand reversed along `axes`.',
  gradient: 'reverse',
  shape(inputs, { axes }) {
    checkCount('reverse', inputs, 1);
    checkAxes('reverse', axes, inputs[0]!.shape);
    return [inputs[0]!];
  },
  vjp({ attrs, cotangents, ops }) {
    return [ops.reverse(cotangents[0]!, attrs.axes)];
  },
};
