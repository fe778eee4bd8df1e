/**
 * HDF5 datatype messages (version 1) of the dtypes, as h5py and Keras write them: bool is an
 * enumeration of int8, bfloat16 two opaque bytes (the dataset says so in an attribute).
 */
import type { DType } from '@addax/core';

import { ascii, join, padded, u16, u32 } from './bytes.ts';

/** A signed or unsigned integer of so many bytes. */
function integer(bytes: number, signed: boolean): Uint8Array {
  return join(0x10, signed ? 8 : 0, 0, 0, u32(bytes), u16(0), u16(bytes * 8));
}

/** An IEEE float: sign on top, then the exponent, then the mantissa with its implied first bit. */
function float(bytes: number, exponentBits: number): Uint8Array {
  const bits = bytes * 8;
  const mantissa = bits - 1 - exponentBits;
  const layout = join(u16(0), u16(bits), mantissa, exponentBits, 0, mantissa);
  return join(0x11, 0x20, bits - 1, 0, u32(bytes), layout, u32(2 ** (exponentBits - 1) - 1));
}

const CLASS_AND_VERSION = [0x18, 2, 0, 0];
const NAMES = [padded(ascii('FALSE\0')), padded(ascii('TRUE\0'))];
const BOOL = join(...CLASS_AND_VERSION, u32(1), integer(1, true), ...NAMES, 0, 1);

/** The datatype message of each dtype. */
export const DATATYPES: Readonly<Record<DType, Uint8Array>> = {
  float16: float(2, 5),
  float32: float(4, 8),
  float64: float(8, 11),
  bfloat16: join(0x15, 0, 0, 0, u32(2)),
  int8: integer(1, true),
  int16: integer(2, true),
  int32: integer(4, true),
  int64: integer(8, true),
  uint8: integer(1, false),
  uint16: integer(2, false),
  uint32: integer(4, false),
  bool: BOOL,
};

/** Variable-length UTF-8 text, ended by zero in memory. */
export const TEXT: Uint8Array = join(0x19, 1, 1, 0, u32(16), integer(1, false));

/** A dataspace message (version 1): no axes make a scalar. */
export function dataspace(shape: readonly number[]): Uint8Array {
  const sizes = new Uint8Array(BigUint64Array.from(shape, BigInt).buffer);
  return join(1, shape.length, 0, 0, u32(0), sizes);
}
