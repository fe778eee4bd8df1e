/** Making tensors from host data. */
import type { DType, HostArray } from '../dtypes.ts';
import { ShapeError } from '../errors.ts';
import { fromHost } from '../trace/from-host.ts';
import { sizeOf } from './avals.ts';
import type { Nested, TypedArray } from './host.ts';
import { hostTensor } from './host-tensor.ts';
import type { Tensor } from './tensor.ts';

/**
 * A tensor from nested arrays, a number, or a typed array with a shape.
 *
 * Numbers become floatx (float32) and booleans bool unless `dtype` says otherwise; typed arrays keep
 * their own dtype.
 *
 * @param values Nested arrays of equal row lengths, a number, a boolean or a typed array.
 * @param shape Shape of the result; that of the nesting by default.
 * @param dtype Type of the elements.
 * @throws ShapeError for ragged rows or a shape of another size.
 *
 * @example
 * tensor([[1, 2], [3, 4]]);
 * tensor(new Float32Array(60000 * 784), [60000, 28, 28, 1]);
 */
export function tensor(
  values: Nested | TypedArray,
  shape?: readonly number[],
  dtype?: DType,
): Tensor {
  const host = hostTensor(values, dtype);
  const target = shape ?? host.shape;
  if (!Array.isArray(target)) {
    throw new ShapeError(
      'tensor: the second argument is a shape, such as [2, 3], and the third a dtype; got ' +
        `${JSON.stringify(target)} as shape.`,
    );
  }
  if (sizeOf(target) !== host.data.length) {
    throw new ShapeError(
      `tensor: ${host.data.length} values do not fill shape [${target.join(', ')}], which takes ` +
        `${sizeOf(target)}.`,
    );
  }
  return fromHost(host.data, { shape: target, dtype: host.dtype });
}

/**
 * A tensor of raw elements as they stand in files (16-bit floats as bits). With `given` the caller will
 * not look at `data` again, so that it may become the tensor's memory.
 */
export function fromHostArray(
  data: HostArray,
  shape: readonly number[],
  dtype: DType,
  given = false,
): Tensor {
  return fromHost(data, { shape, dtype }, given);
}
