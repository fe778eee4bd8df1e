import { describe, expect, it } from '@jest/globals';
import * as half from './half.ts';

describe('16-bit floats', () => {
  it('decode and encode every float16 to itself', () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 65536; bits++) {
      const value = half.decodeFloat16(bits);
      const isNaN = value !== value;
      if (half.encodeFloat16(value) !== (isNaN ? 0x7e00 : bits)) wrong.push(bits);
      if (!Object.is(half.roundFloat16(value), value)) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  it('round to the nearer neighbour, ties to even, across all float16', () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 0x7bff; bits++) {
      const low = half.decodeFloat16(bits);
      const high = half.decodeFloat16(bits + 1);
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? low : high;
      const gap = (high - low) / 1024;
      if (half.roundFloat16(middle - gap) !== low) wrong.push(bits);
      if (half.roundFloat16(middle) !== even) wrong.push(bits);
      if (half.roundFloat16(middle + gap) !== high) wrong.push(bits);
      if (half.roundFloat16(-middle) !== -even) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  it('overflow to infinity half a step past the largest', () => {
    expect([65519, 65520, -1e300, 1e300].map(half.roundFloat16)).toEqual([
      65504,
      Infinity,
      -Infinity,
      Infinity,
    ]);
    expect(Object.is(half.roundFloat16(-1e-30), -0)).toBe(true);
  });

  it('bfloat16 rounds a number once, not first to float32', () => {
    const tie = 1 + 2 ** -8; // between 1 and 1 + 2^-7
    expect(half.roundBfloat16(tie)).toBe(1);
    expect(half.roundBfloat16(tie + 2 ** -40)).toBe(1 + 2 ** -7);
    expect(half.roundBfloat16(1 + 3 * 2 ** -8 - 2 ** -40)).toBe(1 + 2 ** -7);
    expect(half.roundBfloat16(3.4e38)).toBe(Infinity);
    expect(half.decodeBfloat16(half.encodeBfloat16(-1.5))).toBe(-1.5);
  });
});
