/** What hand-made kernels must know of dtypes: how results are brought into range, and the order of values. */
import type { DType } from '@addax/core';
import { valueType } from '../storage.ts';

/** `fn isNan(x: f32) -> bool` by bits: drivers fold `x != x` to false. */
export const IS_NAN = `fn isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}`;

/** Float16 with round to nearest even; NaN is kept, what is too large becomes infinite. */
const FLOAT16 = `fn keep(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let sign = bits & 0x80000000u;
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return x; }
  if (size < 0x38800000u) {
    let small = round(bitcast<f32>(size) * 16777216.0) / 16777216.0;
    return bitcast<f32>(bitcast<u32>(small) | sign);
  }
  let near = (size + 0xfffu + ((size >> 13u) & 1u)) & 0xffffe000u;
  return bitcast<f32>(select(near, 0x7f800000u, near >= 0x47800000u) | sign);
}`;

const BFLOAT16 = `fn keep(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return x; }
  return bitcast<f32>((bits + 0x7fffu + ((bits >> 16u) & 1u)) & 0xffff0000u);
}`;

/** `fn keep(x)`: a result as its dtype holds it, rounded or wrapped. */
export function keep(dtype: DType): string {
  switch (dtype) {
    case 'float16':
      return FLOAT16;
    case 'bfloat16':
      return BFLOAT16;
    case 'int8':
      return 'fn keep(x: i32) -> i32 { return (x << 24u) >> 24u; }';
    case 'int16':
      return 'fn keep(x: i32) -> i32 { return (x << 16u) >> 16u; }';
    case 'uint8':
      return 'fn keep(x: u32) -> u32 { return x & 0xffu; }';
    case 'uint16':
      return 'fn keep(x: u32) -> u32 { return x & 0xffffu; }';
    case 'bool':
      return 'fn keep(x: u32) -> u32 { return select(0u, 1u, x != 0u); }';
    default: {
      const type = valueType(dtype);
      return `fn keep(x: ${type}) -> ${type} { return x; }`;
    }
  }
}

/**
 * `fn order(bits: Bits) -> Bits`: a number that grows with the value whose bits these are. NaN comes
 * last; the two zeros are equal. Integers, because drivers are free with comparisons of NaN. `Bits` is
 * u32 or a vector of it.
 */
export function order(dtype: DType): string {
  switch (valueType(dtype)) {
    case 'f32':
      return `fn order(bits: Bits) -> Bits {
  let size = bits & Bits(0x7fffffffu);
  let negative = bits > Bits(0x80000000u);
  let number = select(size | Bits(0x80000000u), Bits(0x80000000u) - size, negative);
  return select(number, Bits(0xffffffffu), size > Bits(0x7f800000u));
}`;
    case 'i32':
      return 'fn order(bits: Bits) -> Bits { return bits ^ Bits(0x80000000u); }';
    case 'u32':
      return 'fn order(bits: Bits) -> Bits { return bits; }';
  }
}

/** Bits of the lowest value: −∞ of floats. */
export function lowestBits(dtype: DType): number {
  switch (dtype) {
    case 'int8':
      return 0xffffff80;
    case 'int16':
      return 0xffff8000;
    default:
      return { f32: 0xff800000, i32: 0x80000000, u32: 0 }[valueType(dtype)];
  }
}
