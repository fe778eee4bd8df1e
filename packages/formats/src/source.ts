/**
 * Where bytes come from. Every format here reads at random positions, so that the weights of a
 * large file are touched only where they are wanted. Streams are the exception: they have no
 * positions, so their chunks are kept (not joined) until the file is closed.
 */
import { ArgumentError, FormatError } from '@addax/core';
import { openBlob, openPath } from '#platform';

/**
 * A file to read: a path (Node) or address, a URL, a Blob or File, bytes, a stream of bytes, or an
 * implementation of {@link RandomAccess}.
 */
export type Source =
  | string
  | URL
  | Blob
  | ArrayBuffer
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | RandomAccess;

/** Bytes that can be read at any position. */
export interface RandomAccess {
  /** What errors call it. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes from `position`. The result may be a view on shared memory. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** Fills `target` at once; absent where the platform cannot wait for its files. */
  readInto?(target: Uint8Array, position: number): void;
  close(): Promise<void>;
}

const ADDRESS = /^(https?|file|blob|data):/i;

/**
 * Opens a source for reading.
 *
 * @throws FormatError when an address cannot be fetched; whatever the file system says for paths.
 */
export async function openSource(source: Source): Promise<RandomAccess> {
  if (source instanceof Uint8Array) return new MemorySource(source);
  if (source instanceof ArrayBuffer) return new MemorySource(new Uint8Array(source));
  if (typeof source === 'string') {
    return ADDRESS.test(source) ? openUrl(new URL(source)) : openPath(source);
  }
  if (source instanceof URL) return openUrl(source);
  if (typeof Blob !== 'undefined' && source instanceof Blob) return openBlob(source);
  if (source !== null && typeof source === 'object') {
    if (isRandomAccess(source)) return source;
    if (Symbol.asyncIterator in source) return collect('stream', source);
    if ('getReader' in source)
      return collect('stream', iterate(source as unknown as ReadableStream));
  }
  throw new ArgumentError(
    'a file is a path, a URL, a Blob, bytes (Uint8Array or ArrayBuffer), or a stream of bytes; ' +
      `got ${Object.prototype.toString.call(source)}.`,
  );
}

function isRandomAccess(source: object): source is RandomAccess {
  return 'read' in source && typeof source.read === 'function' && 'size' in source;
}

async function openUrl(url: URL): Promise<RandomAccess> {
  if (url.protocol === 'file:') return openPath(url);
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new FormatError(
      `${url.href} answered ${response.status} ${response.statusText}; expected the file's bytes.`,
    );
  }
  return collect(url.href, iterate(response.body));
}

/** Browsers' streams are not yet all async iterable. */
async function* iterate(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

async function collect(name: string, chunks: AsyncIterable<Uint8Array>): Promise<RandomAccess> {
  const kept: Uint8Array[] = [];
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) {
      throw new ArgumentError(`${name}: a stream must give Uint8Array chunks.`);
    }
    if (chunk.length > 0) kept.push(chunk);
  }
  return kept.length === 1 ? new MemorySource(kept[0]!, name) : new ChunkSource(name, kept);
}

/** Fails when a read leaves the file: the caller believed a number that the file made up. */
export function checkRange(source: RandomAccess, position: number, length: number): void {
  if (!(position >= 0 && length >= 0 && position + length <= source.size)) {
    throw new FormatError(
      `${source.name}: the file ends at byte ${source.size}, but bytes ${position} to ` +
        `${position + length} are needed: it is truncated or damaged.`,
    );
  }
}

/** Bytes in memory; what is read is a view. */
export class MemorySource implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, name = 'bytes') {
    this.#bytes = bytes;
    this.name = name;
    this.size = bytes.length;
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return Promise.resolve().then(() => {
      checkRange(this, position, length);
      return this.#bytes.subarray(position, position + length);
    });
  }

  readInto(target: Uint8Array, position: number): void {
    checkRange(this, position, target.length);
    target.set(this.#bytes.subarray(position, position + target.length));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The chunks of a stream, kept as they came. */
class ChunkSource implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #chunks: readonly Uint8Array[];
  readonly #starts: readonly number[];

  constructor(name: string, chunks: readonly Uint8Array[]) {
    this.name = name;
    this.#chunks = chunks;
    let end = 0;
    this.#starts = chunks.map((chunk) => (end += chunk.length) - chunk.length);
    this.size = end;
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return Promise.resolve().then(() => {
      checkRange(this, position, length);
      const bytes = new Uint8Array(length);
      this.readInto(bytes, position);
      return bytes;
    });
  }

  readInto(target: Uint8Array, position: number): void {
    checkRange(this, position, target.length);
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= position) low = middle;
      else high = middle;
    }
    let filled = 0;
    for (let index = low; filled < target.length; index += 1) {
      const from = position + filled - this.#starts[index]!;
      const part = this.#chunks[index]!.subarray(from, from + target.length - filled);
      target.set(part, filled);
      filled += part.length;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * A part of a file as a file of its own, such as a stored member of an archive. Closing it leaves
 * the whole open.
 */
export function windowOf(
  whole: RandomAccess,
  name: string,
  start: number,
  size: number,
): RandomAccess {
  checkRange(whole, start, size);
  const self: RandomAccess = {
    name,
    size,
    read(position, length) {
      return Promise.resolve().then(() => {
        checkRange(self, position, length);
        return whole.read(start + position, length);
      });
    },
    close: () => Promise.resolve(),
  };
  if (whole.readInto === undefined) return self;
  self.readInto = (target, position) => {
    checkRange(self, position, target.length);
    whole.readInto!(target, start + position);
  };
  return self;
}

/** The source itself if it can be read without waiting, else a copy of it in memory. */
export async function synchronous(
  source: RandomAccess,
): Promise<RandomAccess & Required<Pick<RandomAccess, 'readInto'>>> {
  if (source.readInto) return source as RandomAccess & Required<Pick<RandomAccess, 'readInto'>>;
  return new MemorySource(await source.read(0, source.size), source.name);
}
