/**
 * How values lie in GPU memory. An element takes one 32-bit word, whatever its dtype: narrow floats hold
 * values that are rounded to their dtype, narrow integers wrap after each op, a bool is 0 or 1, and
 * int64 is narrowed to 32 bits with a check at the border. Only float16 takes half a word, as `f16`,
 * where the device has this type; kernels compute in f32 all the same.
 *
 * Sizes of memory and offsets in it are counted in words, so that those of float16 may end in a half.
 * Memory itself begins and ends at whole words. What a kernel gets as the offset of a binding counts
 * elements of the binding's type.
 */
import type { DType } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import type { Abilities } from './launch.ts';

/** The WGSL type of a value in a kernel. */
export type ValueType = 'f32' | 'i32' | 'u32';

/** The WGSL type of an element in memory. */
export type StoredType = ValueType | 'f16';

/** What storage depends on. */
export type Storage = Pick<Abilities, 'halfFloats'>;

/** Bytes of a word. */
export const WORD_BYTES = 4;

/** What kernels compute with. */
export function valueType(dtype: DType): ValueType {
  switch (dtype) {
    case 'float32':
    case 'float16':
    case 'bfloat16':
      return 'f32';
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return 'i32';
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'bool':
      return 'u32';
    case 'float64':
      throw new UnsupportedError(
        'WebGPU has no float64: use float32 (floatx), or the cpu or onnx backend for float64 values',
      );
  }
}

/** Whether an element takes half a word. */
export function isHalf(dtype: DType, { halfFloats }: Storage): boolean {
  return dtype === 'float16' && halfFloats;
}

/** How a dtype is stored. */
export function storedType(dtype: DType, storage: Storage): StoredType {
  return isHalf(dtype, storage) ? 'f16' : valueType(dtype);
}

/** Bytes of an element. */
export function bytesPerElement(dtype: DType, storage: Storage): number {
  return isHalf(dtype, storage) ? WORD_BYTES / 2 : WORD_BYTES;
}

/** Words of so many elements; may end in a half. */
export function wordsOf(length: number, dtype: DType, storage: Storage): number {
  return isHalf(dtype, storage) ? length / 2 : length;
}

/** Bytes of memory for so many words. */
export function bytesOf(words: number): number {
  return Math.ceil(words) * WORD_BYTES;
}

/** An element of memory, or four of them, as a value. */
export function loaded(type: StoredType, text: string, lanes: 1 | 4 = 1): string {
  if (type !== 'f16') return text;
  return lanes === 4 ? `vec4<f32>(${text})` : `f32(${text})`;
}

/** A value, or four of them, as an element of memory; float16 values are rounded already. */
export function stored(type: StoredType, text: string, lanes: 1 | 4 = 1): string {
  if (type !== 'f16') return text;
  return lanes === 4 ? `vec4<f16>(${text})` : `f16(${text})`;
}
