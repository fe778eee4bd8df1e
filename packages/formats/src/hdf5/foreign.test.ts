/** Files that h5py wrote (`fixtures/make.py`): sound ones in both styles, and hostile ones. */
import { describe, expect, it } from '@jest/globals';
import { FormatError, halfToFloat, UnsupportedError } from '@addax/core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openHdf5, walkDatasets } from './read.ts';

const fixture = (name: string): string => join(import.meta.dirname, `../../fixtures/${name}.h5`);

async function readEverything(source: string | Uint8Array): Promise<number> {
  const file = await openHdf5(source);
  try {
    let count = file.attributes.size;
    for (const dataset of walkDatasets(file)) {
      count += (await dataset.data()).length + dataset.attributes.size;
    }
    return count;
  } finally {
    await file.close();
  }
}

describe.each(['earliest', 'latest'])('a file that h5py wrote with libver=%s', (name) => {
  it('is read with its attributes, dtypes and packed data', async () => {
    const file = await openHdf5(fixture(name));
    expect(file.attributes.get('keras_version')).toBe('3.1');
    expect(file.attributes.get('layer_names')).toEqual(['ab', 'c']);
    expect(file.attributes.get('order')).toEqual(['a', 'bc', 'ü']);
    const data = async (path: string): Promise<number[]> =>
      Array.from(await file.dataset(path).data(), Number);
    expect(await data('layers/dense/vars/0')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const half = await data('layers/dense/vars/1');
    expect(half.map(halfToFloat)).toEqual([0, 1, 2, 3]);
    expect(await file.dataset('layers/dense/vars/2').data()).toEqual(BigInt64Array.of(2n ** 60n));
    expect(file.dataset('layers/dense/vars/3').dtype).toBe('bfloat16');
    expect(await data('layers/dense/vars/3')).toEqual([0x3f80, 0x4000]);
    expect(file.dataset('layers/dense/vars/4').dtype).toBe('bool');
    expect(await data('packed')).toEqual(Array.from({ length: 2000 }, (_, index) => index));
    await file.close();
  });
});

it('reads attributes and groups that are stored in heaps', async () => {
  const file = await openHdf5(fixture('latest'));
  expect(file.attributes.get('dense11')).toBe('v11');
  expect(await file.dataset('many/11').data()).toEqual(Float32Array.of(11));
  await file.close();
});

it('reads what it can of types that JavaScript lacks', async () => {
  const file = await openHdf5(fixture('others'));
  expect([...file.attributes]).toEqual([['large', 2n ** 60n]]);
  expect([...file.children.keys()]).toEqual(['complex', 'nothing', 'texts']);
  expect(() => file.dataset('complex').dtype).toThrow(UnsupportedError);
  await expect(file.dataset('texts').data()).rejects.toThrow(/"\/texts" is text of/);
  expect(await file.dataset('nothing').data()).toEqual(new Float32Array(0));
  await file.close();
});

it('names the filter that it lacks', async () => {
  await expect(readEverything(fixture('lzf'))).rejects.toThrow(/packed by the filter lzf/);
});

describe('a hostile HDF5 file', () => {
  it.each([
    ['soft-link', /"\/link" is a soft link \(to \/target\)/],
    ['external-link', /is a link to another file \(\/etc\/passwd\)/],
    ['cycle', /links back to a group that it stands in/],
    ['twice', /stands in the tree twice/],
    ['virtual', /is a virtual dataset/],
    ['external-data', /not readable as HDF5/],
    ['absurd', /claims 4398046511104 bytes in a file of 1672/],
  ])('is refused: %s', async (name, message) => {
    const reading = readEverything(fixture(name));
    await expect(reading).rejects.toThrow(FormatError);
    await expect(readEverything(fixture(name))).rejects.toThrow(message);
  });

  it('is refused wherever it is cut off', async () => {
    const bytes = new Uint8Array(await readFile(fixture('earliest')));
    for (let length = 0; length < bytes.length; length += 997) {
      await expect(readEverything(bytes.subarray(0, length))).rejects.toThrow(FormatError);
    }
  });

  it('does not harm the files that are read after it', async () => {
    const bytes = new Uint8Array(await readFile(fixture('earliest')));
    for (let round = 0; round < 600; round += 1) {
      await expect(openHdf5(bytes.subarray(0, 2000))).rejects.toThrow(FormatError);
    }
    expect(await readEverything(fixture('earliest'))).toBeGreaterThan(2000);
  });
});
