import { describe, expect, it, test } from '@jest/globals';
import { DTYPES } from '@addax/core';
import {
  bytesOf,
  bytesPerElement,
  loaded,
  stored,
  storedType,
  valueType,
  wordsOf,
} from './storage.ts';

const WITH = { halfFloats: true };
const WITHOUT = { halfFloats: false };

describe('float16', () => {
  it('takes half a word where the device has f16', () => {
    expect([storedType('float16', WITH), storedType('float16', WITHOUT)]).toEqual(['f16', 'f32']);
    expect([wordsOf(3, 'float16', WITH), wordsOf(3, 'float16', WITHOUT)]).toEqual([1.5, 3]);
    expect([bytesPerElement('float16', WITH), bytesPerElement('float16', WITHOUT)]).toEqual([2, 4]);
  });

  it('is computed with as f32', () => {
    expect(valueType('float16')).toBe('f32');
    expect(loaded('f16', 'b0[i]')).toBe('f32(b0[i])');
    expect(stored('f16', 'x', 4)).toBe('vec4<f16>(x)');
    expect([loaded('u32', 'b0[i]'), stored('f32', 'x', 4)]).toEqual(['b0[i]', 'x']);
  });
});

test('every other dtype takes a word on all devices', () => {
  for (const dtype of DTYPES.filter((name) => name !== 'float16' && name !== 'float64')) {
    expect(storedType(dtype, WITH)).toBe(valueType(dtype));
    expect(wordsOf(3, dtype, WITH)).toBe(3);
  }
  expect(() => storedType('float64', WITH)).toThrow(/WebGPU has no float64/);
});

test('memory ends at a whole word', () => {
  expect([1.5, 2, 0].map(bytesOf)).toEqual([8, 8, 0]);
});
