import { describe, expect, it } from '@jest/globals';
import { DTypeError, type HostArray, ShapeError, UnsupportedError } from '@addax/core';
import type { Aval, DType } from '@addax/core';
import { fromWords, toWords } from './words.ts';

/** On a device without f16. */
const WORDS = { halfFloats: false };
const HALVES = { halfFloats: true };

function line(dtype: DType, length: number): Aval {
  return { dtype, shape: [length] };
}

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
    const words = toWords(data, line(dtype, data.length), WORDS);
    expect([...words]).toEqual(values);
    expect(words.BYTES_PER_ELEMENT).toBe(4);
    expect(fromWords(words.slice().buffer as ArrayBuffer, line(dtype, data.length), WORDS)).toEqual(
      data,
    );
  });
});

describe('host arrays', () => {
  it('of any other type are converted', () => {
    expect(toWords(new Float64Array([1, 2]), line('float32', 2), WORDS)).toEqual(
      new Float32Array([1, 2]),
    );
    expect([...toWords(new Uint8Array([2, 0]), line('bool', 2), WORDS)]).toEqual([1, 0]);
  });

  it('keep what is no number', () => {
    const half = toWords(new Uint16Array([0x7e01]), line('float16', 1), WORDS);
    const brain = toWords(new Uint16Array([0x7f81]), line('bfloat16', 1), WORDS);
    expect([half[0], brain[0]]).toEqual([NaN, NaN]);
    expect(fromWords(brain.buffer as ArrayBuffer, line('bfloat16', 1), WORDS)).toEqual(
      new Uint16Array([0x7fc0]),
    );
  });

  it('of int64 beyond 32 bits are refused', () => {
    const data = new BigInt64Array([1n, 2n ** 31n]);
    expect(() => toWords(data, line('int64', 2), WORDS)).toThrow(DTypeError);
    expect(() => toWords(data, line('int64', 2), WORDS)).toThrow(
      /2147483648 at position 1 does not fit/,
    );
  });

  it('of float64 or of another length are refused', () => {
    expect(() => toWords(new Float64Array(1), line('float64', 1), WORDS)).toThrow(UnsupportedError);
    expect(() => toWords(new Float32Array(3), line('float32', 2), WORDS)).toThrow(ShapeError);
  });
});

describe('float16 that takes half a word', () => {
  it('is copied as it is', () => {
    const data = new Uint16Array([0x3c00, 0x7e01]);
    expect(toWords(data, line('float16', 2), HALVES)).toBe(data);
    expect(fromWords(data.slice().buffer, line('float16', 2), HALVES)).toEqual(data);
  });

  it('ends at a whole word', () => {
    const data = new Uint16Array([0x3c00, 0x4000, 0x4200]);
    const words = toWords(data, line('float16', 3), HALVES);
    expect(words).toEqual(new Uint16Array([0x3c00, 0x4000, 0x4200, 0]));
    expect(fromWords(words.buffer as ArrayBuffer, line('float16', 3), HALVES)).toEqual(data);
  });
});
