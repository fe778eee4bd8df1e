/** Bytes of a value in host memory. */
import { storedWidth } from '@addax/backend-cpu/host';
import { type Aval, sizeOf } from '@addax/core';

/** Bytes that the typed array of a value takes. */
export function byteLength({ shape, dtype }: Aval): number {
  return sizeOf(shape) * storedWidth(dtype);
}
