import { describe, expect, test } from '@jest/globals';
import { drawKey, threefry, threefryBits } from './threefry.ts';

const hex = (words: Iterable<number>): string =>
  Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ');

describe('threefry', () => {
  test('gives the known answers of Random123', () => {
    const ones = 0xffffffff;
    expect(hex(threefry([0, 0], [0, 0]))).toBe('6b200159 99ba4efe');
    expect(hex(threefry([ones, ones], [ones, ones]))).toBe('1cb996fc bb002be7');
    expect(hex(threefry([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3]))).toBe(
      'c4923a9c 483df7a0',
    );
  });

  test('elements 2i and 2i + 1 of the bits are the block of counter (0, i)', () => {
    const key = [1, 2] as const;
    expect([...threefryBits(key, 3)]).toEqual([...threefry(key, [0, 0]), threefry(key, [0, 1])[0]]);
  });

  test('the key of a draw is the block of counter (1, index)', () => {
    expect(drawKey([7, 8], 5)).toEqual(threefry([7, 8], [1, 5]));
  });
});
