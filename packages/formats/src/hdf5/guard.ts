/**
 * Checks on blocks of metadata before the HDF5 library sees them. The library walks some structures
 * by sizes that stand in the file, and a forged size makes it walk for ever: the one kind of damage
 * that no error handler can mend.
 */
import { FormatError } from '@addax/core';

import type { RandomAccess } from '../source.ts';

type Readable = RandomAccess & Required<Pick<RandomAccess, 'readInto'>>;

const GLOBAL_HEAP = 0x4c4f4347;
const LOCAL_HEAP = 0x50414548;
const TREE = 0x45455254;
const HEADER = 16;
/** Half the children of a node of a tree of chunks, unless the superblock says otherwise. */
const CHUNK_K = 32;

/**
 * Throws if a block that begins at this position is of a kind that is checked, and is unsound.
 *
 * @param start - The first bytes of the block.
 */
export function checkBlock(source: Readable, position: number, start: Uint8Array): void {
  if (start.length < HEADER) return;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (view.getUint32(0, true) === GLOBAL_HEAP) {
    checkGlobalHeap(source, position, Number(view.getBigUint64(8, true)));
  }
  if (view.getUint32(0, true) === LOCAL_HEAP && view.getBigUint64(8, true) > source.size) {
    throw new FormatError(`HDF5: the local heap at byte ${position} is damaged.`);
  }
  if (view.getUint32(0, true) === TREE && start[4] === 1) checkChunks(source, position, view);
}

/** A chunk cannot be longer than its file; the library would ask for the memory before it looks. */
function checkChunks(source: Readable, position: number, node: DataView): void {
  const used = node.getUint16(6, true);
  const keySize = (node.byteLength - 24 - 2 * CHUNK_K * 8) / (2 * CHUNK_K + 1);
  if (!Number.isInteger(keySize) || keySize < 16 || used > 2 * CHUNK_K) return;
  for (let index = 0; index < used; index += 1) {
    if (node.getUint32(24 + index * (keySize + 8), true) > source.size) {
      throw new FormatError(`HDF5: the tree of chunks at byte ${position} is damaged.`);
    }
  }
}

/** Objects follow each other, each as long as it says; object 0 is the free rest. */
function checkGlobalHeap(source: Readable, position: number, size: number): void {
  if (size < HEADER || position + size > source.size) throw damaged(position);
  const header = new Uint8Array(HEADER);
  const view = new DataView(header.buffer);
  let at = HEADER;
  while (at + HEADER <= size) {
    source.readInto(header, position + at);
    const index = view.getUint16(0, true);
    const length = Number(view.getBigUint64(8, true));
    const step = index === 0 ? length : HEADER + Math.ceil(length / 8) * 8;
    if (step < HEADER || at + step > size) throw damaged(position);
    at += step;
  }
}

function damaged(position: number): FormatError {
  return new FormatError(`HDF5: the global heap at byte ${position} is damaged.`);
}
