/**
 * Where bytes go. Formats here know all their offsets beforehand, so a file is one pass of chunks,
 * poured as it is made. Paths are written under a temporary name, flushed, then renamed: a process
 * that dies at any moment leaves the old file or the new one.
 */
import { ArgumentError } from '@addax/core';
import { createFile } from '#platform';

/**
 * A file to write: a path (Node), a `file:` URL, a stream, a {@link MemorySink}, or any other
 * implementation of {@link ByteSink}.
 */
export type Sink = string | URL | WritableStream<Uint8Array> | ByteSink;

/** Takes the bytes of a file in order. */
export interface ByteSink {
  /** Takes a chunk; it may be a view on somebody's data, so it is not kept after the promise. */
  write(chunk: Uint8Array): Promise<void>;
  /** The file is complete. */
  close(): Promise<void>;
  /** The file will not be completed: nothing of it may remain. */
  abort(reason: unknown): Promise<void>;
}

/**
 * Keeps what is written in memory.
 *
 * @example
 * const sink = new MemorySink();
 * await writeSafetensors(sink, arrays);
 * const bytes = sink.bytes();
 */
export class MemorySink implements ByteSink {
  #chunks: Uint8Array[] = [];

  write(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk.slice());
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  abort(): Promise<void> {
    this.#chunks = [];
    return Promise.resolve();
  }

  /** Everything written so far, as one array. */
  bytes(): Uint8Array {
    if (this.#chunks.length !== 1) this.#chunks = [concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  /** Everything written so far, as a Blob (a download in browsers), without joining it first. */
  blob(type = 'application/octet-stream'): Blob {
    return new Blob(this.#chunks as Uint8Array<ArrayBuffer>[], { type });
  }
}

/** Several pieces as one array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

async function openSink(sink: Sink): Promise<ByteSink> {
  if (typeof sink === 'string' || sink instanceof URL) return createFile(sink);
  if (sink !== null && typeof sink === 'object') {
    if ('write' in sink && 'abort' in sink) return sink;
    if ('getWriter' in sink) return streamSink(sink);
  }
  throw new ArgumentError(
    'write to a path, a file: URL, a WritableStream or a MemorySink; got ' +
      `${Object.prototype.toString.call(sink)}.`,
  );
}

function streamSink(stream: WritableStream<Uint8Array>): ByteSink {
  const writer = stream.getWriter();
  return {
    // A stream may queue its chunks, and they may be views on live data: it gets copies.
    write: (chunk) => writer.ready.then(() => writer.write(chunk.slice())),
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  };
}

/** Pours the chunks of a file; after an error nothing of the file remains. */
export async function writeTo(
  sink: Sink,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const target = await openSink(sink);
  try {
    for await (const chunk of chunks) if (chunk.length > 0) await target.write(chunk);
    await target.close();
  } catch (error) {
    await target.abort(error).catch(() => undefined);
    throw error;
  }
}
