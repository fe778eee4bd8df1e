/**
 * Old-style groups: a local heap of names, leaves of up to eight links sorted by name, and a tree
 * over the leaves. This is what h5py writes by default, so every HDF5 library reads it.
 */
import { concat } from '../sink.ts';
import { align, ascii, join, u16, u32, u64, UNDEFINED_ADDRESS } from './bytes.ts';

/** Links in a leaf and children in a tree node are at most twice these (the superblock says so). */
export const LEAF_K = 4;
export const INTERNAL_K = 16;

const LEAF_SIZE = 8 + 2 * LEAF_K * 40;
const NODE_SIZE = 24 + (2 * INTERNAL_K + 1) * 8 + 2 * INTERNAL_K * 8;
const HEAP_HEADER = 32;

interface Child {
  readonly address: number;
  /** Heap offset of the greatest name below it. */
  readonly lastName: number;
}

/** The layout of one group: a function of the names alone, so that addresses can be planned. */
export class SymbolTable {
  readonly #names: readonly { readonly text: string; readonly bytes: Uint8Array }[];
  readonly #levels: readonly number[];
  readonly #heapSize: number;

  constructor(names: readonly string[]) {
    this.#names = names
      .map((text) => ({ text, bytes: new TextEncoder().encode(`${text}\0`) }))
      .toSorted((a, b) => compare(a.bytes, b.bytes));
    this.#heapSize = 8 + this.#names.reduce((sum, name) => sum + align(name.bytes.length), 0);
    const levels = [Math.ceil(names.length / (2 * LEAF_K))];
    do levels.push(Math.max(1, Math.ceil(levels.at(-1)! / (2 * INTERNAL_K))));
    while (levels.at(-1)! > 1);
    this.#levels = levels;
  }

  /** Bytes of heap, leaves and tree together. */
  get size(): number {
    const [leaves, ...nodes] = this.#levels;
    const tree = nodes.reduce((sum, count) => sum + count * NODE_SIZE, 0);
    return HEAP_HEADER + this.#heapSize + leaves! * LEAF_SIZE + tree;
  }

  /** The symbol table message: where tree and heap stand if the table starts at `start`. */
  message(start: number): Uint8Array {
    return join(u64(start + this.size - NODE_SIZE), u64(start));
  }

  /** The table's bytes: heap, leaves, then the tree from the bottom up, its root last. */
  bytes(start: number, addresses: ReadonlyMap<string, number>): Uint8Array {
    const parts = [this.#heap(start)];
    let position = start + HEAP_HEADER + this.#heapSize;
    let offset = 8;
    const links = this.#names.map(({ text, bytes }) => {
      const link = { address: addresses.get(text)!, offset };
      offset += align(bytes.length);
      return link;
    });
    let children: Child[] = runs(links, 2 * LEAF_K).map((run) => {
      parts.push(leaf(run));
      position += LEAF_SIZE;
      return { address: position - LEAF_SIZE, lastName: run.at(-1)!.offset };
    });
    this.#levels.slice(1).forEach((_, level) => {
      const groups = children.length === 0 ? [[]] : runs(children, 2 * INTERNAL_K);
      let firstName = 0;
      children = groups.map((run, index) => {
        const left = index === 0 ? UNDEFINED_ADDRESS : position - NODE_SIZE;
        const right = index === groups.length - 1 ? UNDEFINED_ADDRESS : position + NODE_SIZE;
        parts.push(treeNode(level, left, right, firstName, run));
        position += NODE_SIZE;
        firstName = run.at(-1)?.lastName ?? 0;
        return { address: position - NODE_SIZE, lastName: firstName };
      });
    });
    return concat(parts);
  }

  #heap(start: number): Uint8Array {
    const noFreeBlock = 1;
    const data = start + HEAP_HEADER;
    const head = [ascii('HEAP'), u32(0), u64(this.#heapSize), u64(noFreeBlock), u64(data)];
    const heap = new Uint8Array(this.#heapSize);
    let offset = 8;
    for (const { bytes } of this.#names) {
      heap.set(bytes, offset);
      offset += align(bytes.length);
    }
    return join(...head, heap);
  }
}

function leaf(links: readonly { address: number; offset: number }[]): Uint8Array {
  const entries = links.map(({ address, offset }) =>
    join(u64(offset), u64(address), u32(0), u32(0), new Uint8Array(16)),
  );
  const bytes = new Uint8Array(LEAF_SIZE);
  bytes.set(join(ascii('SNOD'), 1, 0, u16(links.length), ...entries));
  return bytes;
}

function treeNode(
  level: number,
  left: number | bigint,
  right: number | bigint,
  firstName: number,
  children: readonly Child[],
): Uint8Array {
  const head = [ascii('TREE'), 0, level, u16(children.length), u64(left), u64(right)];
  const body = children.map(({ address, lastName }) => join(u64(address), u64(lastName)));
  const bytes = new Uint8Array(NODE_SIZE);
  bytes.set(join(...head, u64(firstName), ...body));
  return bytes;
}

function runs<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
    items.slice(index * length, (index + 1) * length),
  );
}

/** The order of C's strcmp, in which HDF5 searches. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length);
  for (let index = 0; index < end; index += 1) {
    if (a[index] !== b[index]) return a[index]! - b[index]!;
  }
  return a.length - b.length;
}
