/** Window maximum and sum; averages divide the sum by the count of cells in the ops layer. */
import { ShapeError, UnsupportedError } from '../../errors.ts';
import type { Aval, PoolAttrs } from '../../graph/types.ts';
import {
  checkCount,
  checkNumeric,
  checkSameDType,
  equalLists,
  showAval,
  showShape,
} from './check.ts';
import type { Primitive } from './primitive.ts';
import { checkActivation, firstSpatialAxis, windowCounts } from './spatial.ts';

function pooledShape(op: string, x: Aval, attrs: PoolAttrs): number[] {
  checkActivation(op, x, attrs.layout);
  checkNumeric(op, x);
  const rank = x.shape.length;
  const first = firstSpatialAxis(attrs.layout);
  const counts = windowCounts(op, x.shape.slice(first, first + rank - 2), attrs.window, attrs);
  const shape = x.shape.slice();
  for (let i = 0; i < counts.length; i++) shape[first + i] = counts[i]!;
  return shape;
}

export const pool: Primitive<'pool'> = {
  doc: 'Maximum or sum of sliding windows; padding counts as the lowest value and as 0.',
  gradient: 'poolGrad',
  shape(inputs, attrs) {
    checkCount('pool', inputs, 1);
    const x = inputs[0]!;
    return [{ shape: pooledShape(`pool ${attrs.fn}`, x, attrs), dtype: x.dtype }];
  },
  vjp({ attrs, inputs, outputs, cotangents, ops }) {
    return [ops.poolGrad(inputs[0]!, outputs[0]!, cotangents[0]!, attrs)];
  },
};

export const poolGrad: Primitive<'poolGrad'> = {
  doc:
    'Gradient of pooling from (x, y, cotangent of y). Max: all of it goes to the first maximum of ' +
    'the window.',
  gradient: 'sum: pool; max: error (second derivative of max pooling)',
  shape(inputs, attrs) {
    checkCount('poolGrad', inputs, 3);
    const [x, y, ct] = inputs as [Aval, Aval, Aval];
    checkSameDType('poolGrad', x, y);
    checkSameDType('poolGrad', x, ct);
    const shape = pooledShape('poolGrad', x, attrs);
    if (!equalLists(shape, y.shape) || !equalLists(shape, ct.shape)) {
      throw new ShapeError(
        `poolGrad: pooling ${showAval(x)} gives ${showShape(shape)}, but the result is ` +
          `${showAval(y)} and its cotangent ${showAval(ct)}`,
      );
    }
    return [x];
  },
  vjp({ attrs, cotangents, ops }) {
    if (attrs.fn === 'max') {
      throw new UnsupportedError(
        'the second derivative of max pooling is not supported; use average pooling where the ' +
          'gradient itself is differentiated',
      );
    }
    return [undefined, undefined, ops.pool(cotangents[0]!, attrs)];
  },
};
