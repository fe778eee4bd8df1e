/** Arrays of golden files as tensors of the backend under test. */
import { fromHostArray, Tensor } from '@addax/core';
import type { NamedArray } from '@addax/formats';

/** A tensor with these raw elements. */
export function tensorFrom({ shape, dtype, data }: NamedArray): Tensor {
  return fromHostArray(data, shape, dtype);
}

export { Tensor };
