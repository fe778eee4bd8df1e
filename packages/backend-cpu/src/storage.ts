/**
 * How values lie in memory: every dtype has one typed array. 16-bit floats are their bits, bool is a
 * byte, int64 is narrowed to 32 bits with a check where values come in.
 */
import type { DType, HostArray } from '@addax/core';
import { DTypeError, ShapeError } from '@addax/core';
import { decodeBfloat16, decodeFloat16 } from './numerics/half.ts';

/** Memory of one value. */
export type Storage =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

interface StorageConstructor {
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
  new (length: number): Storage;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Storage;
}

const CONSTRUCTORS: Readonly<Record<DType, StorageConstructor>> = {
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
};

/** Whether an array is what values of a dtype are stored in; by name, as it may be of another realm. */
export function isStorageOf(data: HostArray, dtype: DType): boolean {
  const constructor = CONSTRUCTORS[dtype];
  return data.constructor === constructor || data.constructor.name === constructor.name;
}

/** Bytes of one stored element. */
export function storedWidth(dtype: DType): number {
  return CONSTRUCTORS[dtype].BYTES_PER_ELEMENT;
}

/** Sizes of the values that share slabs: smaller ones live in the object, larger ones alone. */
const SLAB_MIN = 64;
const SLAB_MAX = 1024;
const SLAB_BYTES = 16384;
let slab = new ArrayBuffer(0);
let slabUsed = 0;

/**
 * New memory, zeroed. An engine takes ten times longer to allocate 256 bytes than to make a view, so
 * small values are carved from slabs; a slab is collected when the last of its values is.
 */
export function allocate(dtype: DType, length: number): Storage {
  const bytes = length * CONSTRUCTORS[dtype].BYTES_PER_ELEMENT;
  if (bytes <= SLAB_MIN || bytes > SLAB_MAX) {
    return dtype === 'float32' ? new Float32Array(length) : new CONSTRUCTORS[dtype](length);
  }
  if (slabUsed + bytes > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_BYTES);
    slabUsed = 0;
  }
  const offset = slabUsed;
  slabUsed += (bytes + 7) & ~7;
  if (dtype === 'float32') return new Float32Array(slab, offset, length);
  return new CONSTRUCTORS[dtype](slab, offset, length);
}

/** A view of part of a block of memory. */
export function view(dtype: DType, block: ArrayBuffer, offset: number, length: number): Storage {
  return new CONSTRUCTORS[dtype](block, offset, length);
}

/** A host array as storage: copied, unless it is given up and is what is stored. */
export function fromHost(data: HostArray, dtype: DType, length: number, given = false): Storage {
  if (data.length !== length) {
    throw new ShapeError(`got ${data.length} elements of ${dtype}, expected ${length}`);
  }
  // A view would keep memory alive, or share it, that has nothing to do with it.
  const alone = given && dtype !== 'bool' && data.byteLength === data.buffer.byteLength;
  if (alone && data instanceof CONSTRUCTORS[dtype]) return data;
  const storage = allocate(dtype, length);
  if (data instanceof BigInt64Array) narrow(data, storage);
  else if (dtype === 'bool') for (let i = 0; i < length; i++) storage[i] = data[i] === 0 ? 0 : 1;
  else storage.set(data);
  return storage;
}

function narrow(data: BigInt64Array, storage: Storage): void {
  data.forEach((value, i) => {
    const number = Number(value);
    storage[i] = number;
    if (storage[i] !== number) {
      throw new DTypeError(
        `int64 value ${value} at position ${i} does not fit: the cpu backend holds int64 in 32 ` +
          'bits (−2147483648 to 2147483647); use smaller values or float64',
      );
    }
  });
}

/** A fresh host array of stored values. */
export function toHost(storage: Storage, dtype: DType): HostArray {
  return dtype === 'int64' ? BigInt64Array.from(storage as Int32Array, BigInt) : storage.slice();
}

/** Element of a host array as a number, checked like {@link fromHost}. */
export function decodeElement(data: HostArray, dtype: DType, i: number): number {
  if (dtype === 'float16') return decodeFloat16(Number(data[i]));
  if (dtype === 'bfloat16') return decodeBfloat16(Number(data[i]));
  if (data instanceof BigInt64Array) return fromHost(data.subarray(i, i + 1), dtype, 1)[0];
  return dtype === 'bool' ? Number(data[i] !== 0) : data[i];
}
