/**
 * The border between host arrays and GPU memory, where elements take a 32-bit word: 16-bit floats widen
 * to float32, small integers to 32 bits, a bool to 0 or 1, and int64 is checked. Only float16 that takes
 * half a word on the device goes there as it is.
 */
import {
  type Aval,
  type DType,
  DTypeError,
  floatToBfloat16,
  floatToHalf,
  halfToFloat,
  type HostArray,
  ShapeError,
  sizeOf,
} from '@addax/core';
import { isHalf, type Storage, valueType } from '../storage.ts';

/** Stored elements: a whole number of words. */
export type Words = Float32Array | Int32Array | Uint32Array | Uint16Array;

/** A host array as words: itself where it is such an array, else a new one. */
export function toWords(data: HostArray, { dtype, shape }: Aval, storage: Storage): Words {
  const length = sizeOf(shape);
  if (data.length !== length) {
    throw new ShapeError(`got ${data.length} elements of ${dtype}, expected ${length}`);
  }
  if (isHalf(dtype, storage)) return evenHalves(data as Uint16Array);
  if (data instanceof BigInt64Array) return narrow(data);
  switch (dtype) {
    case 'float16':
      return widenHalf(data);
    case 'bfloat16':
      return widenBfloat16(data);
    case 'bool':
      return booleans(data);
    default:
      switch (valueType(dtype)) {
        case 'f32':
          return data instanceof Float32Array ? data : new Float32Array(data);
        case 'i32':
          return data instanceof Int32Array ? data : new Int32Array(data);
        case 'u32':
          return data instanceof Uint32Array ? data : new Uint32Array(data);
      }
  }
}

/** Words that were read as a fresh host array. */
export function fromWords(bytes: ArrayBuffer, { dtype, shape }: Aval, storage: Storage): HostArray {
  if (isHalf(dtype, storage)) return halvesOf(bytes, sizeOf(shape));
  return fromWholeWords(bytes, dtype);
}

function fromWholeWords(bytes: ArrayBuffer, dtype: DType): HostArray {
  switch (dtype) {
    case 'float16':
      return Uint16Array.from(new Float32Array(bytes), floatToHalf);
    case 'bfloat16':
      return Uint16Array.from(new Float32Array(bytes), floatToBfloat16);
    case 'int8':
      return new Int8Array(new Int32Array(bytes));
    case 'int16':
      return new Int16Array(new Int32Array(bytes));
    case 'int64':
      return BigInt64Array.from(new Int32Array(bytes), BigInt);
    case 'uint8':
    case 'bool':
      return new Uint8Array(new Uint32Array(bytes));
    case 'uint16':
      return new Uint16Array(new Uint32Array(bytes));
    case 'int32':
      return new Int32Array(bytes);
    case 'uint32':
      return new Uint32Array(bytes);
    default:
      return valueType(dtype) === 'f32' ? new Float32Array(bytes) : new Uint32Array(bytes);
  }
}

/** Halves, one more if they would end within a word. */
function evenHalves(data: Uint16Array): Uint16Array {
  if (data.length % 2 === 0) return data;
  const words = new Uint16Array(data.length + 1);
  words.set(data);
  return words;
}

function halvesOf(bytes: ArrayBuffer, length: number): Uint16Array {
  return new Uint16Array(length % 2 === 0 ? bytes : bytes.slice(0, 2 * length));
}

/** float32 of every float16, by its bits. */
let halves: Float32Array | undefined;

function widenHalf(data: ArrayLike<number>): Float32Array {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfToFloat(bits));
  const words = new Float32Array(data.length);
  for (let i = 0; i < words.length; i++) words[i] = halves[data[i]];
  return words;
}

function widenBfloat16(data: ArrayLike<number>): Float32Array {
  const words = new Uint32Array(data.length);
  for (let i = 0; i < words.length; i++) words[i] = data[i] << 16;
  return new Float32Array(words.buffer);
}

function booleans(data: ArrayLike<number>): Uint32Array {
  const words = new Uint32Array(data.length);
  for (let i = 0; i < words.length; i++) words[i] = data[i] === 0 ? 0 : 1;
  return words;
}

function narrow(data: BigInt64Array): Int32Array {
  const words = new Int32Array(data.length);
  data.forEach((value, i) => {
    const number = Number(value);
    words[i] = number;
    if (words[i] !== number) {
      throw new DTypeError(
        `int64 value ${value} at position ${i} does not fit: the webgpu backend holds int64 in ` +
          '32 bits (−2147483648 to 2147483647); use smaller values or float32',
      );
    }
  });
  return words;
}
