import { describe, expect, it } from '@jest/globals';
import { ArgumentError, ShapeError } from '../errors.ts';
import { convert, encode, flatten, nest } from './host.ts';
import { hostTensor } from './host-tensor.ts';

describe('host values', () => {
  it('are float32 by default, bool for booleans, and their own dtype for typed arrays', () => {
    expect(hostTensor([1, 2]).dtype).toBe('float32');
    expect(hostTensor([true, false]).dtype).toBe('bool');
    expect(hostTensor(Int16Array.of(3)).dtype).toBe('int16');
    expect(hostTensor(Uint8ClampedArray.of(3)).dtype).toBe('uint8');
  });

  it('flatten to row-major order with their shape', () => {
    expect(
      flatten([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual({
      shape: [2, 3],
      values: [1, 2, 3, 4, 5, 6],
      kind: 'int',
    });
  });

  it('nest back', () => {
    expect(nest([1, 2, 3, 4], [2, 2])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(nest([7], [])).toBe(7);
  });

  it('are refused when rows differ in length', () => {
    expect(() => flatten([[1, 2], [3]])).toThrow(ShapeError);
  });

  it('are refused when a leaf is no number', () => {
    expect(() => flatten(['1'] as never)).toThrow(ArgumentError);
  });
});

describe('encode', () => {
  it('saturates floats that do not fit an integer and makes NaN zero', () => {
    expect([...encode([300.7, -1e10, NaN, -3.9], 'int8')]).toEqual([127, -128, 0, -3]);
    expect([...encode([-5.5, Infinity], 'uint32')]).toEqual([0, 4294967295]);
  });

  it('wraps integers that come from an integer dtype', () => {
    expect([...convert(Int32Array.of(256, -1), 'int32', 'uint8')]).toEqual([0, 255]);
  });

  it('makes int64 big integers', () => {
    expect([...encode([3, 2.9], 'int64')]).toEqual([3n, 2n]);
  });

  it('converts raw elements between dtypes', () => {
    expect([...convert(Float32Array.of(1.5, -2), 'float32', 'float16')]).toEqual([0x3e00, 0xc000]);
    expect([...convert(Uint8Array.of(0, 1), 'bool', 'float32')]).toEqual([0, 1]);
  });
});
