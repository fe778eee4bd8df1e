/**
 * Sharing memory with a runtime that works on typed arrays. A training step whose gradients come from
 * elsewhere keeps its variables here: `wrap` makes inputs of the runtime's arrays, an executable that
 * donates the variables updates them in place, and `viewOf` hands their memory to the runtime.
 *
 * @example
 * const step = backend.compile(update, { label: 'adam', donate: [[0, 0]] });
 * step.run([kernel, wrap(gradient, aval)]);
 * const feed = viewOf(kernel); // again after every run: memory that grows is mapped anew
 */
import type { Aval, Buffer, HostArray } from '@addax/core';
import { ShapeError, sizeOf } from '@addax/core';
import { CpuBuffer, storageOf } from './buffer.ts';
import { allocate, isStorageOf } from './storage.ts';
import type { Storage } from './storage.ts';

/**
 * A buffer over an array that the caller lends: nothing is copied until an executable runs on it. The
 * array must not change before. Its elements are stored as the backend stores the dtype (16-bit
 * floats as bits, bool as bytes, int64 as Int32Array).
 *
 * @throws ShapeError if the length or the kind of the array does not fit the aval.
 */
export function wrap(data: HostArray, aval: Aval): Buffer {
  const length = sizeOf(aval.shape);
  if (data.length !== length || !isStorageOf(data, aval.dtype)) {
    const expected = allocate(aval.dtype, 0);
    throw new ShapeError(
      `wrap() got ${data.constructor.name} of ${data.length} elements; ${aval.dtype} of shape ` +
        `[${aval.shape.join(', ')}] is stored as ${expected.constructor.name} of ${length}`,
    );
  }
  return new CpuBuffer(data as Storage);
}

/**
 * The memory of a buffer as it stands now, not a copy. Valid until the next call of `compile`, `run`
 * or `release` of its backend: ask again instead of keeping it.
 */
export function viewOf(buffer: Buffer): HostArray {
  return storageOf(buffer);
}
