import { describe, expect, it } from '@jest/globals';
import { FormatError } from '@addax/core';
import { readSafetensors } from './safetensors.ts';

function file(header: unknown, data: readonly number[]): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

describe('readSafetensors', () => {
  it('reads arrays by name, whatever the alignment of the data', () => {
    const bytes = file(
      {
        flag: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] },
        pair: { dtype: 'I32', shape: [2], data_offsets: [1, 9] },
      },
      [1, 7, 0, 0, 0, 255, 255, 255, 255],
    );
    const arrays = readSafetensors(bytes);
    expect(arrays.get('flag')).toEqual({
      name: 'flag',
      dtype: 'bool',
      shape: [1],
      data: Uint8Array.of(1),
    });
    expect(arrays.get('pair')).toEqual({
      name: 'pair',
      dtype: 'int32',
      shape: [2],
      data: Int32Array.of(7, -1),
    });
  });

  it.each([
    ['a truncated file', new Uint8Array(4)],
    ['a header longer than the file', file({}, []).fill(255, 0, 6)],
    ['a header that is no object', file([1], [])],
    [
      'offsets outside the data',
      file({ a: { dtype: 'U8', shape: [4], data_offsets: [0, 4] } }, [1]),
    ],
    [
      'a shape that does not match its offsets',
      file({ a: { dtype: 'U8', shape: [3], data_offsets: [0, 2] } }, [1, 2]),
    ],
    [
      'overlapping arrays',
      file(
        {
          a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
          b: { dtype: 'U8', shape: [2], data_offsets: [1, 3] },
        },
        [1, 2, 3],
      ),
    ],
    ['an unknown dtype', file({ a: { dtype: 'F8', shape: [1], data_offsets: [0, 1] } }, [1])],
  ])('refuses %s', (_what, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
  });
});
