import { describe, expect, it } from '@jest/globals';
import { type DType, DTYPES, FormatError, hostArray } from '@addax/core';

import { MemorySink } from '../sink.ts';
import { openHdf5, walkDatasets } from './read.ts';
import type { Hdf5DatasetInput, Hdf5File, Hdf5GroupInput } from './types.ts';
import { hdf5Chunks, hdf5Size, writeHdf5 } from './write.ts';

function sample(dtype: DType): Hdf5DatasetInput {
  const data = hostArray(dtype, 6);
  for (let index = 0; index < 6; index += 1) {
    const value = dtype === 'bool' ? index % 2 : index * 7;
    data[index] = dtype === 'int64' ? BigInt(value) : value;
  }
  return { shape: [2, 3], dtype, data };
}

async function bytesOf(tree: Hdf5GroupInput): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeHdf5(sink, tree);
  return sink.bytes();
}

async function reopened(tree: Hdf5GroupInput): Promise<Hdf5File> {
  return openHdf5(await bytesOf(tree));
}

describe('an HDF5 file that was written and opened', () => {
  it.each(DTYPES)('has the same %s elements', async (dtype) => {
    const input = sample(dtype);
    const file = await reopened({ children: { x: input } });
    const dataset = file.dataset('x');
    expect(dataset).toMatchObject({ name: 'x', path: 'x', shape: [2, 3], dtype });
    expect(await dataset.data()).toEqual(input.data);
    await file.close();
  });

  it('has the same attributes', async () => {
    const attributes = {
      text: 'hällo',
      empty: '',
      long: 'x'.repeat(200_000),
      texts: ['a', 'bc', 'ü'],
      whole: 3,
      fraction: 1.5,
      large: 2n ** 60n,
      flag: true,
      vector: { shape: [2], dtype: 'float32' as const, data: Float32Array.of(1, 2) },
      nämé: 'not ASCII',
    };
    const file = await reopened({ attributes });
    const names = Object.keys(attributes).toSorted();
    expect([...file.attributes.keys()].toSorted()).toEqual(names);
    expect(Object.fromEntries(file.attributes)).toEqual(attributes);
    await file.close();
  });

  it('has an empty list of texts as h5py writes it', async () => {
    const file = await reopened({ attributes: { weight_names: [] } });
    expect(file.attributes.get('weight_names')).toEqual({
      shape: [0],
      dtype: 'float64',
      data: new Float64Array(0),
    });
    await file.close();
  });

  it('has scalars, arrays without elements and groups without children', async () => {
    const file = await reopened({
      children: {
        group: {},
        nothing: { shape: [0, 3], dtype: 'float32', data: new Float32Array(0) },
        scalar: { shape: [], dtype: 'int64', data: BigInt64Array.of(5n) },
      },
    });
    expect([...file.children.keys()]).toEqual(['group', 'nothing', 'scalar']);
    expect(file.get('group')).toMatchObject({ kind: 'group', children: new Map() });
    expect(await file.dataset('nothing').data()).toEqual(new Float32Array(0));
    expect(await file.dataset('scalar').data()).toEqual(BigInt64Array.of(5n));
    await file.close();
  });

  it.each([8, 9, 256, 257, 700])('finds each of %d children', async (count) => {
    const children = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `n${index}`,
        { shape: [], dtype: 'int32' as const, data: Int32Array.of(index) },
      ]),
    );
    const file = await reopened({ children });
    expect(file.children.size).toBe(count);
    for (const index of [0, 1, count >> 1, count - 1]) {
      expect(await file.dataset(`n${index}`).data()).toEqual(Int32Array.of(index));
    }
    await file.close();
  });

  it('may have names that are the letters of HDF5 structures', async () => {
    const names = ['GCOL', 'HEAP', 'OHDR', 'SNOD', 'TREE'];
    const file = await reopened({
      attributes: { names, GCOL: 'GCOL' },
      children: Object.fromEntries(names.map((name) => [name, sample('int8')])),
    });
    expect([...file.children.keys()]).toEqual(names);
    expect(file.attributes.get('names')).toEqual(names);
    await file.close();
  });

  it('finds the nodes by path and says what is there when one is missing', async () => {
    const tree = { children: { a: { children: { b: { children: { '0': sample('float32') } } } } } };
    const file = await reopened(tree);
    expect(file.get('a/b')?.path).toBe('a/b');
    expect(file.get('/a/b/0')?.kind).toBe('dataset');
    expect(file.get('a/c')).toBeUndefined();
    expect(() => file.dataset('a/b/1')).toThrow(/no dataset "a\/b\/1"; "\/a\/b" is a group with 0/);
    expect([...walkDatasets(file)].map(({ path }) => path)).toEqual(['a/b/0']);
    await file.close();
  });

  it('can be written as it is, to the same bytes', async () => {
    const bytes = await bytesOf({
      attributes: { name: 'x' },
      children: { b: sample('bfloat16'), g: { children: { h: sample('float16') } } },
    });
    const file = await openHdf5(bytes);
    expect(Buffer.from(await bytesOf(file)).equals(bytes)).toBe(true);
    await file.close();
  });
});

describe('writeHdf5', () => {
  it('knows the size of the file beforehand', async () => {
    const tree = { attributes: { name: 'x' }, children: { a: sample('int8'), b: sample('bool') } };
    expect((await bytesOf(tree)).length).toBe(hdf5Size(tree));
  });

  it('asks for the elements of one array at a time', async () => {
    const order: string[] = [];
    const lazy = (name: string): Hdf5DatasetInput => ({
      shape: [1],
      dtype: 'uint8',
      data: () => {
        order.push(name);
        return Uint8Array.of(1);
      },
    });
    for await (const chunk of hdf5Chunks({ children: { a: lazy('a'), b: lazy('b') } })) {
      order.push(String(chunk.length));
    }
    expect(order.filter((item) => item === 'a' || item === 'b' || item === '1')).toEqual([
      'a',
      '1',
      'b',
      '1',
    ]);
  });

  it.each<[string, Hdf5GroupInput, RegExp]>([
    ['a name with a slash', { children: { 'a/b': {} } }, /one step of a path/],
    [
      'data of a wrong length',
      { children: { a: { shape: [2], dtype: 'int8', data: new Int8Array(3) } } },
      /int8\[2\] needs 2 bytes, its data has 3/,
    ],
    [
      'an attribute beyond 64 KiB',
      { attributes: { names: Array.from({ length: 5000 }, (_, index) => `n${index}`) } },
      /split it/,
    ],
  ])('refuses %s', async (_what, tree, message) => {
    await expect(bytesOf(tree)).rejects.toThrow(FormatError);
    await expect(bytesOf(tree)).rejects.toThrow(message);
  });
});
