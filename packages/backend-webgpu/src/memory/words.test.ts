import { describe, expect, it } from '@jest/globals';
import { DTypeError, type HostArray, ShapeError, UnsupportedError } from '@addax/core';
import type { DType } from '@addax/core';
import { fromWords, toWords } from './words.ts';

const CASES: readonly [DType, HostArray, readonly number[]][] = [
  ['float32', new Float32Array([1.5, -2]), [1.5, -2]],
  ['float16', new Uint16Array([0x3e00, 0xc000, 0x7c00, 0x0001]), [1.5, -2, Infinity, 2 ** -24]],
  ['bfloat16', new Uint16Array([0x3fc0, 0xc000, 0xff80]), [1.5, -2, -Infinity]],
  ['int8', new Int8Array([-128, 127]), [-128, 127]],
  ['int16', new Int16Array([-32768, 5]), [-32768, 5]],
  ['int32', new Int32Array([-(2 ** 31), 5]), [-(2 ** 31), 5]],
  ['int64', new BigInt64Array([-(2n ** 31n), 5n]), [-(2 ** 31), 5]],
  ['uint8', new Uint8Array([255, 1]), [255, 1]],
  ['uint16', new Uint16Array([65535, 1]), [65535, 1]],
  ['uint32', new Uint32Array([2 ** 32 - 1, 1]), [2 ** 32 - 1, 1]],
  ['bool', new Uint8Array([1, 0]), [1, 0]],
];

describe.each(CASES)('%s', (dtype, data, values) => {
  it('becomes words and comes back', () => {
    const words = toWords(data, dtype, data.length);
    expect([...words]).toEqual(values);
    expect(words.BYTES_PER_ELEMENT).toBe(4);
    expect(fromWords(words.slice().buffer as ArrayBuffer, dtype)).toEqual(data);
  });
});

describe('host arrays', () => {
  it('of any other type are converted', () => {
    expect(toWords(new Float64Array([1, 2]), 'float32', 2)).toEqual(new Float32Array([1, 2]));
    expect([...toWords(new Uint8Array([2, 0]), 'bool', 2)]).toEqual([1, 0]);
  });

  it('keep what is no number', () => {
    const half = toWords(new Uint16Array([0x7e01]), 'float16', 1);
    const brain = toWords(new Uint16Array([0x7f81]), 'bfloat16', 1);
    expect([half[0], brain[0]]).toEqual([NaN, NaN]);
    expect(fromWords(brain.buffer as ArrayBuffer, 'bfloat16')).toEqual(new Uint16Array([0x7fc0]));
  });

  it('of int64 beyond 32 bits are refused', () => {
    const data = new BigInt64Array([1n, 2n ** 31n]);
    expect(() => toWords(data, 'int64', 2)).toThrow(DTypeError);
    expect(() => toWords(data, 'int64', 2)).toThrow(/2147483648 at position 1 does not fit/);
  });

  it('of float64 or of another length are refused', () => {
    expect(() => toWords(new Float64Array(1), 'float64', 1)).toThrow(UnsupportedError);
    expect(() => toWords(new Float32Array(3), 'float32', 2)).toThrow(ShapeError);
  });
});
