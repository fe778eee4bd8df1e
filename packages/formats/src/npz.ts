/** npz: a zip archive of npy files, one for each named array (`numpy.savez`). */
import { FormatError } from '@addax/core';

import { type ArrayEntry, type ArrayInput, type NamedArray, readAll } from './arrays.ts';
import { npyChunks, openNpy } from './npy.ts';
import type { Sink } from './sink.ts';
import type { Source } from './source.ts';
import { openZip, writeZip, type ZipInput } from './zip.ts';

/** An open npz file. */
export interface NpzFile {
  /** The arrays by name (without `.npy`). */
  readonly entries: ReadonlyMap<string, ArrayEntry>;
  close(): Promise<void>;
}

const SUFFIX = '.npy';

/**
 * Opens an npz file; only the headers are read.
 *
 * @throws FormatError for damaged archives and members that are not npy files.
 */
export async function openNpz(source: Source): Promise<NpzFile> {
  const archive = await openZip(source);
  try {
    const entries = new Map<string, ArrayEntry>();
    for (const member of archive.members.values()) {
      if (!member.name.endsWith(SUFFIX)) {
        throw new FormatError(`npz: "${member.name}" is not an npy file.`);
      }
      const name = member.name.slice(0, -SUFFIX.length);
      entries.set(name, { name, ...(await openNpy(await member.open())) });
    }
    return { entries, close: () => archive.close() };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

/** Every array of an npz file, by name. */
export async function readNpz(source: Source): Promise<Map<string, NamedArray>> {
  const file = await openNpz(source);
  try {
    return await readAll(file.entries.values());
  } finally {
    await file.close();
  }
}

/** Writes an npz file of stored members, as `numpy.savez` does. */
export async function writeNpz(sink: Sink, arrays: Iterable<ArrayInput>): Promise<void> {
  await writeZip(sink, Array.from(arrays, memberOf));
}

function memberOf(array: ArrayInput): ZipInput {
  return { name: array.name + SUFFIX, data: () => npyChunks(`npz: "${array.name}"`, array) };
}
