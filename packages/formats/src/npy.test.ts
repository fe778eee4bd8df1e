import { describe, expect, it } from '@jest/globals';
import { type DType, DTYPES, FormatError, hostArray, UnsupportedError } from '@addax/core';
import { join } from 'node:path';

import { readNpy, writeNpy } from './npy.ts';
import { openNpz, readNpz, writeNpz } from './npz.ts';
import { MemorySink } from './sink.ts';

const fixture = (name: string): string => join(import.meta.dirname, '../fixtures', name);

function sample(dtype: DType): {
  shape: number[];
  dtype: DType;
  data: ReturnType<typeof hostArray>;
} {
  const data = hostArray(dtype, 6);
  data[5] = dtype === 'int64' ? 1n : 1;
  return { shape: [3, 2], dtype, data };
}

/** An npy file with this header and data. */
function file(header: string, data: readonly number[], version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0];
  const size = version === 1 ? [text.length, 0] : [text.length, 0, 0, 0];
  return Uint8Array.from([...magic, ...size, ...text, ...data]);
}

describe('npy', () => {
  it.each(DTYPES)('gives back %s elements', async (dtype) => {
    const sink = new MemorySink();
    await writeNpy(sink, sample(dtype));
    expect(await readNpy(sink.bytes())).toEqual(sample(dtype));
  });

  it.each([[[]], [[1]], [[0, 4]]])('gives back the shape %j', async (shape) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const sink = new MemorySink();
    await writeNpy(sink, { shape, dtype: 'float32', data });
    expect((await readNpy(sink.bytes())).shape).toEqual(shape);
  });

  it('reads the longer header of version 2', async () => {
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
    expect((await readNpy(file(header, [7, 8], 2))).data).toEqual(Uint8Array.of(7, 8));
  });

  it.each<[string, Uint8Array | string, new () => Error]>([
    ['an empty file', new Uint8Array(0), FormatError],
    [
      'a header without a shape',
      file("{'descr': '|u1', 'fortran_order': False}", [1]),
      FormatError,
    ],
    ['a header beyond the file', file('{', []).fill(255, 8, 9), FormatError],
    [
      'too little data',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (9,)}", [1]),
      FormatError,
    ],
    [
      'an absurd shape',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999)}", []),
      FormatError,
    ],
    ['objects, which are pickles', fixture('object.npy'), UnsupportedError],
  ])('refuses %s', async (_what, source, kind) => {
    await expect(readNpy(source)).rejects.toThrow(kind);
  });
});

describe('npz', () => {
  it('reads what NumPy wrote: Fortran order, big-endian, scalars', async () => {
    const arrays = await readNpz(fixture('numpy.npz'));
    const numbers = (name: string): number[] => Array.from(arrays.get(name)!.data, Number);
    expect(arrays.get('fortran')).toMatchObject({ shape: [2, 3, 4], dtype: 'float32' });
    expect(numbers('fortran')).toEqual(Array.from({ length: 24 }, (_, index) => index));
    expect(numbers('big_endian')).toEqual([1, -2, 3, 4]);
    expect(numbers('half')).toEqual([0x3c00, 0x3800]);
    expect(arrays.get('scalar')).toMatchObject({ shape: [], data: BigInt64Array.of(7n) });
    expect(arrays.get('flags')).toMatchObject({ dtype: 'bool', data: Uint8Array.of(1, 0) });
  });

  it('reads packed members', async () => {
    const arrays = await readNpz(fixture('packed.npz'));
    expect(arrays.get('zeros')).toMatchObject({ shape: [1000], dtype: 'float64' });
  });

  it('gives back named arrays', async () => {
    const sink = new MemorySink();
    const arrays = DTYPES.map((dtype) => ({ name: `weights/${dtype}`, ...sample(dtype) }));
    await writeNpz(sink, arrays);
    const opened = await openNpz(sink.bytes());
    expect([...opened.entries.keys()]).toEqual(arrays.map(({ name }) => name));
    expect([...(await readNpz(sink.bytes())).values()]).toEqual(arrays);
  });
});
