/** Host values as raw elements of the dtype they should have. */
import { floatx } from '../config.ts';
import { type DType, type HostArray, isInteger } from '../dtypes.ts';
import { encode, flatten, isTypedArray, type Nested, type TypedArray } from './host.ts';

/**
 * Shape, dtype and raw elements of a host value. Without `dtype`: typed arrays keep their own,
 * booleans are bool, all other numbers floatx.
 */
export function hostTensor(
  value: Nested | TypedArray,
  dtype?: DType,
): { shape: readonly number[]; dtype: DType; data: HostArray } {
  const { shape, values, kind } = flatten(value);
  const own = kind === 'int' || kind === 'float' ? floatx() : kind;
  const target = dtype ?? own;
  const raw = isTypedArray(value) && target === own && !(value instanceof Uint8ClampedArray);
  const wraps = isTypedArray(value) && isInteger(own);
  const data = raw ? (value.slice() as HostArray) : encode(values, target, wraps);
  return { shape, dtype: target, data };
}
