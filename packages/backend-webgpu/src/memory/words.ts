/**
 * The border between host arrays and GPU memory, where every element takes a 32-bit word: 16-bit
 * floats widen to float32, small integers to 32 bits, a bool to 0 or 1, and int64 is checked.
 */
import {
  bfloat16ToFloat,
  type DType,
  DTypeError,
  floatToBfloat16,
  floatToHalf,
  halfToFloat,
  type HostArray,
  ShapeError,
} from '@addax/core';
import { storedType } from '../storage.ts';

/** Stored elements. */
export type Words = Float32Array | Int32Array | Uint32Array;

/** A host array as words: itself where it is such an array, else a new one. */
export function toWords(data: HostArray, dtype: DType, length: number): Words {
  if (data.length !== length) {
    throw new ShapeError(`got ${data.length} elements of ${dtype}, expected ${length}`);
  }
  if (data instanceof BigInt64Array) return narrow(data);
  switch (dtype) {
    case 'float16':
      return Float32Array.from(data, halfToFloat);
    case 'bfloat16':
      return Float32Array.from(data, bfloat16ToFloat);
    case 'bool':
      return Uint32Array.from(data, (value) => (value === 0 ? 0 : 1));
    default:
      switch (storedType(dtype)) {
        case 'f32':
          return data instanceof Float32Array ? data : Float32Array.from(data);
        case 'i32':
          return data instanceof Int32Array ? data : Int32Array.from(data);
        case 'u32':
          return data instanceof Uint32Array ? data : Uint32Array.from(data);
      }
  }
}

/** Words that were read as a fresh host array. */
export function fromWords(bytes: ArrayBuffer, dtype: DType): HostArray {
  switch (dtype) {
    case 'float16':
      return Uint16Array.from(new Float32Array(bytes), floatToHalf);
    case 'bfloat16':
      return Uint16Array.from(new Float32Array(bytes), floatToBfloat16);
    case 'int8':
      return Int8Array.from(new Int32Array(bytes));
    case 'int16':
      return Int16Array.from(new Int32Array(bytes));
    case 'int64':
      return BigInt64Array.from(new Int32Array(bytes), BigInt);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(new Uint32Array(bytes));
    case 'uint16':
      return Uint16Array.from(new Uint32Array(bytes));
    case 'int32':
      return new Int32Array(bytes);
    case 'uint32':
      return new Uint32Array(bytes);
    default:
      return storedType(dtype) === 'f32' ? new Float32Array(bytes) : new Uint32Array(bytes);
  }
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
