/**
 * How values lie in GPU memory: every element takes one 32-bit word. Narrow floats hold values that
 * are rounded to their dtype, narrow integers wrap after each op, a bool is 0 or 1, and int64 is
 * narrowed to 32 bits with a check at the border.
 */
import type { DType } from '@addax/core';
import { UnsupportedError } from '@addax/core';

/** The WGSL type of a stored element. */
export type StoredType = 'f32' | 'i32' | 'u32';

/** Bytes of a stored element of any dtype. */
export const WORD_BYTES = 4;

/** How a dtype is stored. */
export function storedType(dtype: DType): StoredType {
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
