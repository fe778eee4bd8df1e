/** Single forged fields that the HDF5 library itself would follow without end or into absurd memory. */
import { describe, expect, it } from '@jest/globals';
import { FormatError } from '@addax/core';

import { MemorySink } from '../sink.ts';
import { loadHdf5 } from './library.ts';
import { openHdf5 } from './read.ts';
import { writeHdf5 } from './write.ts';

const TEXT = 'some text';

/** A file with one text attribute, and where its parts stand. */
async function fileWithText(): Promise<{ bytes: Uint8Array; heap: number; reference: number }> {
  const sink = new MemorySink();
  await writeHdf5(sink, { attributes: { a: TEXT } });
  const bytes = sink.bytes();
  const heap = Buffer.from(bytes).indexOf('GCOL');
  const reference = Buffer.from(bytes).indexOf(
    Buffer.from([TEXT.length, 0, 0, 0, heap & 255, heap >> 8, 0, 0]),
  );
  return { bytes, heap, reference };
}

async function attributesOf(bytes: Uint8Array): Promise<number> {
  const file = await openHdf5(bytes);
  try {
    return file.attributes.size;
  } finally {
    await file.close();
  }
}

describe('a text attribute', () => {
  it('is read as long as it is sound', async () => {
    expect(await attributesOf((await fileWithText()).bytes)).toBe(1);
  });

  it('whose heap has an object without length is refused', async () => {
    const { bytes, heap } = await fileWithText();
    const free = heap + 16 + 16 + 16;
    new DataView(bytes.buffer).setBigUint64(free + 8, 0n, true);
    await expect(attributesOf(bytes)).rejects.toThrow(/global heap at byte \d+ is damaged/);
  });

  it('whose length is forged asks for no memory', async () => {
    const { bytes, reference } = await fileWithText();
    const size = (await loadHdf5()).HEAPU8.length;
    new DataView(bytes.buffer).setUint32(reference, 0x7fffffff, true);
    await expect(attributesOf(bytes)).rejects.toThrow(FormatError);
    expect((await loadHdf5()).HEAPU8.length).toBe(size);
  });
});
