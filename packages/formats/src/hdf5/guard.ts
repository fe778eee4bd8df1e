/**
 * Checks on blocks of metadata before the HDF5 library sees them. The library walks some structures
 * by sizes that stand in the file, and a forged size makes it walk for ever: the one kind of damage
 * that no error handler can mend.
 */
import { FormatError } from '@addax/core';

import type { RandomAccess } from '../source.ts';

type Readable = RandomAccess & Required<Pick<RandomAccess, 'readInto'>>;

const GLOBAL_HEAP = 0x4c4f4347;
const TREE = 0x45455254;
const HEADER = 16;
/** Half the children of a node of a tree of chunks, unless the superblock says otherwise. */
const CHUNK_K = 32;

/**
 * Throws if a structure that is checked begins in these bytes of the file and is unsound. The library
 * joins and cuts its reads, so a structure may begin anywhere in one, or across two.
 */
export function checkMetadata(source: Readable, position: number, length: number): void {
  const start = Math.max(0, position - 4);
  const bytes = new Uint8Array(Math.min(position + length + 4, source.size) - start);
  source.readInto(bytes, start);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 5 <= bytes.length; at += 1) {
    // The version tells a heap from a text that holds these letters.
    if (view.getUint32(at, true) === GLOBAL_HEAP && bytes[at + 4] === 1) {
      checkGlobalHeap(source, start + at);
    }
  }
}

/** The size that a heap has as its second word. */
function sizeOf(source: Readable, position: number): number {
  const word = new Uint8Array(8);
  if (position + HEADER > source.size) return Infinity;
  source.readInto(word, position + 8);
  return Number(new DataView(word.buffer).getBigUint64(0, true));
}

/** A chunk has bytes, and not more than its file; the library believes any number. */
export function checkChunks(source: Readable, position: number, start: Uint8Array): void {
  if (start.length < 24 + 2 * CHUNK_K * 8) return;
  const node = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (node.getUint32(0, true) !== TREE || start[4] !== 1) return;
  const used = node.getUint16(6, true);
  const keySize = (node.byteLength - 24 - 2 * CHUNK_K * 8) / (2 * CHUNK_K + 1);
  if (!Number.isInteger(keySize) || keySize < 16 || used > 2 * CHUNK_K) return;
  for (let index = 0; index < used; index += 1) {
    const length = node.getUint32(24 + index * (keySize + 8), true);
    if (length === 0 || length > source.size) {
      throw damaged('tree of chunks', position);
    }
  }
}

/** The heaps of a file that were found sound: they are met again with every text. */
const sound = new WeakMap<Readable, Set<number>>();

/** Objects follow each other, each as long as it says; object 0 is the free rest. */
export function checkGlobalHeap(source: Readable, position: number): void {
  const known = sound.get(source) ?? new Set();
  if (known.has(position)) return;
  const size = sizeOf(source, position);
  if (size < HEADER || position + size > source.size) throw damaged('global heap', position);
  const header = new Uint8Array(HEADER);
  const view = new DataView(header.buffer);
  let at = HEADER;
  while (at + HEADER <= size) {
    source.readInto(header, position + at);
    const index = view.getUint16(0, true);
    const length = Number(view.getBigUint64(8, true));
    const step = index === 0 ? length : HEADER + Math.ceil(length / 8) * 8;
    if (step < HEADER || at + step > size) throw damaged('global heap', position);
    at += step;
  }
  sound.set(source, known.add(position));
}

function damaged(what: string, position: number): FormatError {
  return new FormatError(`HDF5: the ${what} at byte ${position} is damaged.`);
}
