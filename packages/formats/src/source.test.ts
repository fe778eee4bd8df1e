/** Every kind of source and sink, through the formats that use them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ArgumentError, FormatError } from '@addax/core';
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { lstat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { readAll } from './arrays.ts';
import { detectFormat } from './detect.ts';
import { openHdf5 } from './hdf5/read.ts';
import { writeHdf5 } from './hdf5/write.ts';
import { openSafetensors, writeSafetensors } from './safetensors.ts';
import { MemorySink, type Sink } from './sink.ts';
import type { Source } from './source.ts';
import { writeZip } from './zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'addax-source-'));
const path = join(folder, 'a.h5');
const array = { shape: [3], dtype: 'float32' as const, data: Float32Array.of(1, 2, 3) };
let bytes: Uint8Array<ArrayBuffer>;
let server: Server;
let address: string;

beforeAll(async () => {
  const sink = new MemorySink();
  await writeHdf5(sink, { children: { x: array } });
  bytes = sink.bytes().slice();
  await writeFile(path, bytes);
  server = createServer((request, response) => {
    if (request.url === '/a.h5') response.end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

describe('an HDF5 file', () => {
  it.each<[string, () => Source]>([
    ['a path', () => path],
    ['a file: URL', () => pathToFileURL(path)],
    ['an address', () => `${address}/a.h5`],
    ['a URL', () => new URL(`${address}/a.h5`)],
    ['a Blob', () => new Blob([bytes])],
    ['a Uint8Array', () => bytes],
    ['an ArrayBuffer', () => bytes.buffer],
    ['a web stream', () => new Blob([bytes]).stream()],
    ['a stream of small chunks', () => createReadStream(path, { highWaterMark: 100 })],
  ])('is read from %s', async (_what, source) => {
    const file = await openHdf5(source());
    expect(await file.dataset('x').data()).toEqual(array.data);
    await file.close();
  });
});

describe('a safetensors file', () => {
  it.each<[string, (name: string) => Sink]>([
    ['a path', (name) => join(folder, name)],
    ['a file: URL', (name) => pathToFileURL(join(folder, name))],
  ])('is written to %s', async (what, sink) => {
    const name = what.replace(/\W/g, '');
    await writeSafetensors(sink(name), [{ name: 'x', ...array }], { note: 'n' });
    const file = await openSafetensors(join(folder, name));
    expect(file.metadata).toEqual({ note: 'n' });
    expect((await readAll(file.entries.values())).get('x')).toEqual({ name: 'x', ...array });
    await file.close();
    expect(readdirSync(folder).filter((entry) => entry.endsWith('.part'))).toEqual([]);
  });

  it('is written to a web stream and to memory alike', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const memory = new MemorySink();
    const collected = new Response(readable).arrayBuffer();
    await writeSafetensors(writable, [{ name: 'x', ...array }]);
    await writeSafetensors(memory, [{ name: 'x', ...array }]);
    expect(new Uint8Array(await collected)).toEqual(memory.bytes());
    expect(new Uint8Array(await memory.blob().arrayBuffer())).toEqual(memory.bytes());
  });
});

describe('a file that cannot be completed', () => {
  it('leaves the old one as it was, and nothing else', async () => {
    const target = join(folder, 'old');
    await writeFile(target, 'old');
    const data = (): never => {
      throw new Error('the device is gone');
    };
    const broken = { name: 'x', shape: [3], dtype: 'float32' as const, data };
    await expect(writeSafetensors(target, [broken])).rejects.toThrow('the device is gone');
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((entry) => entry.endsWith('.part'))).toEqual([]);
  });

  it('in a folder that is not there says so', async () => {
    const target = join(folder, 'nowhere', 'x.safetensors');
    const write = writeSafetensors(target, [{ name: 'x', ...array }]);
    await expect(write).rejects.toThrow(ArgumentError);
    await expect(write).rejects.toThrow(
      `cannot write "${target}": there is no folder "${join(folder, 'nowhere')}"; make it first.`,
    );
  });

  it('leaves a part when the process is killed, which a write a quarter of an hour later removes', async () => {
    const target = join(folder, 'killed');
    const parts = [
      'killed.00112233aabb.part',
      'killed.ffffffffffff.part',
      'other.00112233aabb.part',
    ];
    for (const part of parts) await writeFile(join(folder, part), 'half');
    const old = new Date(Date.now() - 20 * 60_000);
    for (const part of [parts[0]!, parts[2]!]) await utimes(join(folder, part), old, old);
    await writeSafetensors(target, [{ name: 'x', ...array }]);
    // The second may be in the making, the third is another file's.
    expect(readdirSync(folder).filter((entry) => entry.endsWith('.part'))).toEqual(parts.slice(1));
    for (const part of parts.slice(1)) rmSync(join(folder, part));
  });

  it('is written through a symbolic link, which stays', async () => {
    const target = join(folder, 'real');
    const link = join(folder, 'link');
    await writeFile(target, 'old');
    symlinkSync(target, link);
    await writeSafetensors(link, [{ name: 'x', ...array }]);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await detectFormat(target)).toBe('safetensors');
  });
});

describe('detectFormat', () => {
  it.each<[string, () => Promise<Source> | Source]>([
    ['hdf5', () => path],
    ['hdf5', () => Buffer.concat([Buffer.alloc(1024), bytes])],
    ['keras', () => zipOf('metadata.json', 'config.json', 'model.weights.h5')],
    ['npz', () => zipOf('a.npy', 'b.npy')],
    ['zip', () => zipOf('a.txt')],
    ['json', () => new TextEncoder().encode('\ufeff {"format": "layers-model"}')],
    ['unknown', () => new TextEncoder().encode('hello')],
    ['unknown', () => new Uint8Array(0)],
  ])('knows %s by its bytes', async (format, source) => {
    expect(await detectFormat(await source())).toBe(format);
  });
});

async function zipOf(...names: string[]): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeZip(
    sink,
    names.map((name) => ({ name, data: Uint8Array.of(1) })),
  );
  return sink.bytes();
}

it('says what can be opened', async () => {
  await expect(detectFormat(7 as unknown as Source)).rejects.toThrow(ArgumentError);
  await expect(detectFormat(`${address}/missing`)).rejects.toThrow(FormatError);
});
