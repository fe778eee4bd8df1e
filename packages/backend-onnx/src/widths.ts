/** How wide elements are. */
import type { DType } from '@addax/core';

/** Bytes of an element in host memory. */
export const WIDTHS: Readonly<Record<DType, number>> = {
  float64: 8,
  float32: 4,
  int32: 4,
  // Kept in 32 bits.
  int64: 4,
  uint32: 4,
  float16: 2,
  bfloat16: 2,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};
