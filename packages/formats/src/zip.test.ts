import { describe, expect, it } from '@jest/globals';
import { FormatError } from '@addax/core';
import { join } from 'node:path';

import { MemorySink } from './sink.ts';
import { openSource } from './source.ts';
import { openZip, writeZip, type ZipInput } from './zip.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

async function archiveOf(...members: ZipInput[]): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeZip(sink, members);
  return sink.bytes();
}

const TWO = [
  { name: 'config.json', data: text('{"a": 1}') },
  { name: 'assets/words.txt', data: text('one\ntwo') },
];

/** Where a field of the directory entry of a member stands; the entry itself is at 0. */
function directoryField(bytes: Uint8Array, name: string, offset: number): number {
  const entry = Buffer.from(bytes).lastIndexOf(name) - 46;
  return entry + offset;
}

async function readAll(bytes: Uint8Array): Promise<void> {
  const archive = await openZip(bytes);
  for (const member of archive.members.values()) await member.bytes();
}

describe('an archive', () => {
  it('gives back its members, stored and in order', async () => {
    const archive = await openZip(await archiveOf(...TWO));
    expect([...archive.members.keys()]).toEqual(['config.json', 'assets/words.txt']);
    const member = archive.members.get('config.json')!;
    expect(member).toMatchObject({ stored: true, size: 8 });
    expect(await member.text()).toBe('{"a": 1}');
  });

  it('opens a stored member in place', async () => {
    const bytes = await archiveOf(...TWO);
    const archive = await openZip(bytes);
    const file = await archive.members.get('assets/words.txt')!.open();
    const part = await file.read(4, 3);
    expect(new TextDecoder().decode(part)).toBe('two');
    expect(part.buffer).toBe(bytes.buffer);
    await expect(file.read(4, 4)).rejects.toThrow(/ends at byte 7/);
  });

  it('takes members whose length is not known beforehand', async () => {
    async function* words(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 1000; index += 1) yield text(`word ${index}\n`);
    }
    const archive = await openZip(await archiveOf({ name: 'words', data: words }));
    expect((await archive.members.get('words')!.text()).split('\n')).toHaveLength(1001);
  });

  it('has 64-bit sizes where a member is announced as large', async () => {
    async function* few(): AsyncGenerator<Uint8Array> {
      yield text('not large after all');
    }
    const archive = await openZip(await archiveOf({ name: 'large', data: few, size: 5e9 }, ...TWO));
    expect(await archive.members.get('large')!.text()).toBe('not large after all');
    expect(await archive.members.get('config.json')!.text()).toBe('{"a": 1}');
  });

  it('has the same bytes whenever it is written', async () => {
    expect(await archiveOf(...TWO)).toEqual(await archiveOf(...TWO));
  });

  it('refuses two members of one name', async () => {
    await expect(archiveOf(TWO[0]!, TWO[0]!)).rejects.toThrow(
      /two members are called "config.json"/,
    );
  });

  it('hands the error of a member on', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield text('some');
      throw new Error('the device is gone');
    }
    await expect(archiveOf({ name: 'x', data: broken })).rejects.toThrow('the device is gone');
  });

  it('is read when other programs deflated it', async () => {
    const archive = await openZip(join(import.meta.dirname, '../fixtures/packed.npz'));
    const member = archive.members.get('zeros.npy')!;
    expect(member.stored).toBe(false);
    const magic = await (await member.open()).read(0, 6);
    expect(magic).toEqual(Uint8Array.of(0x93, ...text('NUMPY')));
    await archive.close();
  });
});

describe('a hostile archive', () => {
  it.each(['../escape', '/absolute', 'C:/drive', 'a/../b', 'back\\slash'])(
    'is refused for the member name %s',
    async (name) => {
      const placeholder = 'n'.repeat(name.length);
      const bytes = Buffer.from(await archiveOf({ name: placeholder, data: text('x') }));
      const forged = Buffer.from(bytes.toString('latin1').replaceAll(placeholder, name), 'latin1');
      await expect(openZip(new Uint8Array(forged))).rejects.toThrow(FormatError);
    },
  );

  it.each([
    ['a size that differs from the stored bytes', 24, 9],
    ['a compressed size beyond the file', 20, 1 << 30],
    ['an unknown method', 10, 99],
    ['encryption', 8, 1],
    ['a local header elsewhere', 42, 3],
    ['a wrong checksum', 16, 1234],
  ])('is refused for %s', async (_what, field, value) => {
    const bytes = (await archiveOf(...TWO)).slice();
    const at = directoryField(bytes, 'config.json', field);
    const view = new DataView(bytes.buffer);
    if (field === 8 || field === 10) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    await expect(readAll(bytes)).rejects.toThrow(FormatError);
  });

  it('is refused as a bomb before it is unpacked', async () => {
    const bytes = (await archiveOf(...TWO)).slice();
    const view = new DataView(bytes.buffer);
    view.setUint16(directoryField(bytes, 'config.json', 10), 8, true);
    view.setUint32(directoryField(bytes, 'config.json', 24), 0x7fffffff, true);
    await expect(readAll(bytes)).rejects.toThrow(/refused as a bomb/);
  });

  it('is refused wherever it is cut off', async () => {
    const bytes = await archiveOf(...TWO);
    for (let length = 0; length < bytes.length; length += 7) {
      await expect(readAll(bytes.subarray(0, length))).rejects.toThrow(FormatError);
    }
  });

  it('is not written', async () => {
    await expect(archiveOf({ name: '../x', data: text('') })).rejects.toThrow(FormatError);
  });
});

it('leaves the source open until the archive is closed', async () => {
  let closed = 0;
  const source = await openSource(await archiveOf(...TWO));
  const archive = await openZip(Object.assign(source, { close: async () => void (closed += 1) }));
  await archive.members.get('config.json')!.bytes();
  expect(closed).toBe(0);
  await archive.close();
  expect(closed).toBe(1);
});
