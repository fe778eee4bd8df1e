import { describe, expect, it } from '@jest/globals';
import { bfloat16ToFloat, floatToBfloat16, floatToHalf, halfToFloat } from './half.ts';

describe('float16', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65520, 0x7c00],
    [Infinity, 0x7c00],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [NaN, 0x7e00],
  ])('%p has bits %p', (value, bits) => {
    expect(floatToHalf(value)).toBe(bits);
  });

  it('reads back every bit pattern that is a number', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = halfToFloat(bits);
      if (!Number.isNaN(value)) expect(floatToHalf(value)).toBe(bits);
    }
  });
});

describe('bfloat16', () => {
  it('rounds to nearest even', () => {
    expect(bfloat16ToFloat(floatToBfloat16(1 + 2 ** -8))).toBe(1);
    expect(bfloat16ToFloat(floatToBfloat16(1 + 3 * 2 ** -8))).toBe(1 + 2 ** -6);
  });

  it('keeps infinities and NaN', () => {
    expect(bfloat16ToFloat(floatToBfloat16(-Infinity))).toBe(-Infinity);
    expect(bfloat16ToFloat(floatToBfloat16(NaN))).toBeNaN();
  });
});
