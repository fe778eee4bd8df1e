/** The global heap: collections that hold the text of variable-length attributes. */
import { ascii, align, join, padded, u16, u32, u64 } from './bytes.ts';
import { concat } from '../sink.ts';

const HEADER = 16;
const MINIMUM = 4096;
/** A collection is closed at this size (one long text may pass it) ... */
const FULL = 1 << 16;
/** ... or this many texts: an index has 16 bits. */
const MOST = 60_000;

interface Collection {
  readonly address: number;
  readonly objects: Uint8Array[];
  length: number;
}

interface Place {
  readonly collection: Collection;
  readonly index: number;
  readonly length: number;
}

/** Texts are put in first, so that all addresses are known before anything is written. */
export class GlobalHeap {
  readonly #start: number;
  readonly #places = new Map<string, Place>();
  readonly #collections: Collection[] = [];

  /** @param start - Where in the file the first collection will stand. */
  constructor(start: number) {
    this.#start = start;
  }

  /** Makes room for a text; equal texts share theirs. */
  add(text: string): void {
    if (this.#places.has(text)) return;
    const bytes = new TextEncoder().encode(text);
    const last = this.#collections.at(-1);
    const full =
      last === undefined ||
      last.objects.length >= MOST ||
      (last.objects.length > 0 && last.length + HEADER + bytes.length > FULL);
    const collection = full ? this.#open() : last;
    const index = collection.objects.length + 1;
    const head = [u16(index), u16(1), u32(0), u64(bytes.length)];
    const object = padded(join(...head, bytes));
    collection.objects.push(object);
    collection.length += object.length;
    this.#places.set(text, { collection, index, length: bytes.length });
  }

  #open(): Collection {
    const collection = { address: this.end, objects: [], length: HEADER };
    this.#collections.push(collection);
    return collection;
  }

  /** How an attribute refers to a text: length, collection, index. */
  reference(text: string): Uint8Array {
    const { collection, index, length } = this.#places.get(text)!;
    return join(u32(length), u64(collection.address), u32(index));
  }

  /** Where in the file the heap ends. */
  get end(): number {
    const last = this.#collections.at(-1);
    return last === undefined ? this.#start : last.address + sizeOf(last);
  }

  /** The collections in their order. */
  bytes(): Uint8Array {
    return concat(this.#collections.map(collectionBytes));
  }
}

function sizeOf({ length }: Collection): number {
  return Math.max(MINIMUM, align(length + HEADER));
}

function collectionBytes(collection: Collection): Uint8Array {
  const size = sizeOf(collection);
  const free = size - collection.length;
  const head = join(ascii('GCOL'), 1, 0, 0, 0, u64(size));
  // Object 0 is the free space, its own header included.
  const rest = join(u16(0), u16(0), u32(0), u64(free), new Uint8Array(free - HEADER));
  return concat([head, ...collection.objects, rest]);
}
