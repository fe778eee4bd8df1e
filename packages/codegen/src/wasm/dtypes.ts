/** How dtypes are held in WebAssembly: types of values, sizes and instructions in memory. */
import type { DType } from '@addax/core';
import { isFloat } from '@addax/core';
import type { Opcode } from './opcodes.ts';

/** The type of a dtype's values. */
export function valueType(dtype: DType): 'f32' | 'f64' | 'i32' {
  if (dtype === 'float32') return 'f32';
  return isFloat(dtype) ? 'f64' : 'i32';
}

/** Whether the dtype has no negative values. */
export function isUnsigned(dtype: DType): boolean {
  return dtype.startsWith('uint') || dtype === 'bool';
}

/** Suffix of instructions that differ by sign. Narrow unsigned values are positive either way. */
export function signOf(dtype: DType): 's' | 'u' {
  return dtype === 'uint32' ? 'u' : 's';
}

/** Bits that a shift count is masked to. */
export function shiftMask(dtype: DType): number {
  if (dtype === 'int64') return 63;
  if (dtype.endsWith('8')) return 7;
  return dtype.endsWith('16') ? 15 : 31;
}

/** Smallest and largest values of the integer types narrower than a lane. */
export const NARROW: Readonly<Partial<Record<DType, readonly [low: number, high: number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** Loads by dtype; 16-bit floats are decoded behind it. */
export const LOADS: Readonly<Record<DType, Opcode>> = {
  float32: 'f32.load',
  float64: 'f64.load',
  float16: 'i32.load16_u',
  bfloat16: 'i32.load16_u',
  int8: 'i32.load8_s',
  int16: 'i32.load16_s',
  int32: 'i32.load',
  int64: 'i32.load',
  uint8: 'i32.load8_u',
  uint16: 'i32.load16_u',
  uint32: 'i32.load',
  bool: 'i32.load8_u',
};

/** Stored bytes of a dtype. */
export function widthOf(dtype: DType): number {
  const load = LOADS[dtype];
  if (load === 'f64.load') return 8;
  if (load.includes('8_')) return 1;
  return load.includes('16_') ? 2 : 4;
}

/** Functions of the host for 16-bit floats. */
const HALF = {
  float16: { round: 'roundFloat16', encode: 'encodeFloat16', decode: 'decodeFloat16' },
  bfloat16: { round: 'roundBfloat16', encode: 'encodeBfloat16', decode: 'decodeBfloat16' },
} as const;

/** Functions of the host for a dtype, if it is a 16-bit float. */
export function halfOf(
  dtype: DType,
): Readonly<Record<'round' | 'encode' | 'decode', string>> | undefined {
  return dtype === 'float16' || dtype === 'bfloat16' ? HALF[dtype] : undefined;
}
