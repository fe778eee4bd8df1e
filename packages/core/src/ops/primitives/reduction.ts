/** Primitives that combine the elements along axes. */
import { UnsupportedError, ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import {
  checkAxes,
  checkAxis,
  checkCount,
  checkNumeric,
  range,
  showAval,
  sizeOf,
  without,
} from './check.ts';
import type { Primitive, PrimitiveFunctions } from './primitive.ts';

export const reduce: Primitive<'reduce'> = {
  doc:
    'Sum, product, minimum or maximum over axes, which are removed. Nothing gives 0, 1, the highest ' +
    'and the lowest value; NaN wins; min and max of bool are “all” and “any”.',
  gradient:
    'sum: broadcast; min and max: shared among ties; prod: the product of the others, zeros included',
  shape(inputs, { fn, axes }) {
    checkCount('reduce', inputs, 1);
    const x = inputs[0]!;
    checkAxes(`reduce ${fn}`, axes, x.shape);
    if (fn === 'sum' || fn === 'prod') checkNumeric(`reduce ${fn}`, x);
    const shape: number[] = [];
    let next = 0;
    for (let i = 0; i < x.shape.length; i++) {
      if (axes[next] === i) next++;
      else shape.push(x.shape[i]!);
    }
    return [{ shape, dtype: x.dtype }];
  },
  vjp({ attrs, inputs, outputs, cotangents, ops }) {
    const x = inputs[0]!;
    const { axes, fn } = attrs;
    if (sizeOf(x.shape) === 0) return [undefined];
    const kept = range(x.shape.length).filter((axis) => !axes.includes(axis));
    const spread = (value: Tensor): Tensor => ops.broadcast(value, x.shape, kept);
    const ct = cotangents[0]!;
    if (fn === 'sum') return [spread(ct)];
    const zero = ops.fullLike(x, 0);
    if (fn === 'prod') return [productGradient(ops, x, ct, axes, spread)];
    const extreme = ops.compare('eq', x, spread(outputs[0]!));
    const count = ops.sum(ops.select(extreme, ops.fullLike(x, 1), zero), axes);
    // NaN equals nothing: no votes, and no gradient.
    const share = ops.div(ct, ops.binary('max', count, ops.fullLike(count, 1)));
    return [ops.select(extreme, spread(share), zero)];
  },
};

/**
 * The product of all others: of the non-zero elements, divided by the element itself if there is no
 * zero; for the one zero the product of the rest; otherwise 0.
 */
function productGradient(
  ops: PrimitiveFunctions,
  x: Tensor,
  ct: Tensor,
  axes: readonly number[],
  spread: (value: Tensor) => Tensor,
): Tensor {
  const zero = ops.fullLike(x, 0);
  const one = ops.fullLike(x, 1);
  const isZero = ops.compare('eq', x, zero);
  const nonZero = ops.select(isZero, one, x);
  const zeros = ops.sum(ops.select(isZero, one, zero), axes);
  const scaled = ops.mul(ct, ops.reduce('prod', nonZero, axes));
  const nothing = ops.fullLike(ct, 0);
  const none = ops.select(ops.compare('eq', zeros, nothing), scaled, nothing);
  const single = ops.select(ops.compare('eq', zeros, ops.fullLike(zeros, 1)), scaled, nothing);
  return ops.select(isZero, spread(single), ops.div(spread(none), nonZero));
}

export const argReduce: Primitive<'argReduce'> = {
  doc: 'int32 index of the first minimum or maximum along `axis`, which is removed; NaN wins.',
  gradient: 'none (integers)',
  shape(inputs, { fn, axis }) {
    checkCount('argReduce', inputs, 1);
    const x = inputs[0]!;
    checkAxis(`argReduce ${fn}`, axis, x.shape);
    if (x.shape[axis] === 0) {
      throw new ShapeError(`argReduce ${fn}: axis ${axis} of ${showAval(x)} is empty`);
    }
    return [{ shape: without(x.shape, axis), dtype: 'int32' }];
  },
};

export const cumulative: Primitive<'cumulative'> = {
  doc: 'Running sum, product, minimum or maximum along `axis`, inclusive; from the end if `reverse`.',
  gradient: 'sum: running sum from the other end; prod: likewise, zeros included; min, max: error',
  shape(inputs, { fn, axis }) {
    checkCount('cumulative', inputs, 1);
    checkAxis(`cumulative ${fn}`, axis, inputs[0]!.shape);
    checkNumeric(`cumulative ${fn}`, inputs[0]!);
    return [inputs[0]!];
  },
  vjp({ attrs, inputs, outputs, cotangents, ops }) {
    const { fn, axis, reverse } = attrs;
    const x = inputs[0]!;
    const ct = cotangents[0]!;
    const back = (value: Tensor): Tensor => ops.cumulative('sum', value, axis, !reverse);
    if (fn === 'sum') return [back(ct)];
    if (fn !== 'prod') {
      throw new UnsupportedError(
        `the gradient of a cumulative ${fn} is not supported; use stopGradient, or a reduction`,
      );
    }
    // Past the first zero every product is 0, so only elements up to it have a gradient: before it
    // Σ ct·y / x, at it the same sum of the products made without it.
    const zero = ops.fullLike(x, 0);
    const one = ops.fullLike(x, 1);
    const isZero = ops.compare('eq', x, zero);
    const zeros = ops.cumulative('sum', ops.select(isZero, one, zero), axis, reverse);
    const isFirst = ops.binary('and', isZero, ops.compare('eq', zeros, one));
    const mended = ops.cumulative('prod', ops.select(isFirst, one, x), axis, reverse);
    const atFirst = ops.select(isFirst, back(ops.mul(ct, mended)), zero);
    const before = ops.div(back(ops.mul(ct, outputs[0]!)), ops.select(isZero, one, x));
    return [ops.select(isZero, atFirst, before)];
  },
};
