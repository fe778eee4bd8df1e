/**
 * Writes archives of stored members in one pass: a member's checksum and sizes follow its bytes, so that
 * nothing is read twice and no chunk is copied. (The zip library would copy each, and sum it up in
 * JavaScript where the platform does so several times as fast.)
 *
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { FormatError } from '@addax/core';
import { crc32 } from '#platform';

import { concat, type Sink, writeTo } from './sink.ts';
import { checkMemberName } from './zip-names.ts';

/** One file to write. */
export interface ZipInput {
  readonly name: string;
  readonly data: Uint8Array | AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>);
  /** Bytes in all, if known; needed for streams beyond 4 GiB. */
  readonly size?: number;
}

/** Sizes from here on need 64 bits; a stream may end up a little larger than it was announced. */
const ZIP64_FROM = 0xf0000000;
const MOST_32 = 0xffffffff;
const MOST_16 = 0xffff;

/** Sizes and checksum come behind the data; the name is UTF-8. */
const FLAGS = 0x0808;
/** 1 January 1980, the first day that archives know: the same model makes the same bytes. */
const DATE = 0x0021;

/** A member that has been written. */
interface Written {
  readonly name: Uint8Array;
  readonly start: number;
  readonly length: number;
  readonly sum: number;
  readonly wide: boolean;
}

/**
 * Writes an archive of stored members, in one pass.
 *
 * @param members - In the order in which they are to stand; names must be relative and differ.
 *
 * @example
 * await writeZip('model.keras', [
 *   { name: 'config.json', data: new TextEncoder().encode(json) },
 *   { name: 'model.weights.h5', data: () => hdf5Chunks(weights) },
 * ]);
 */
export async function writeZip(
  sink: Sink,
  members: Iterable<ZipInput> | AsyncIterable<ZipInput>,
): Promise<void> {
  await writeTo(sink, zipChunks(members));
}

/** The bytes of an archive, made as they are asked for. */
export async function* zipChunks(
  members: Iterable<ZipInput> | AsyncIterable<ZipInput>,
): AsyncGenerator<Uint8Array> {
  const written: Written[] = [];
  const taken = new Set<string>();
  let position = 0;
  for await (const member of members) {
    checkMemberName('zip', member.name);
    if (taken.has(member.name)) {
      throw new FormatError(`zip: two members are called "${member.name}"; names must differ.`);
    }
    taken.add(member.name);
    const name = new TextEncoder().encode(member.name);
    const announced = member.data instanceof Uint8Array ? member.data.length : member.size;
    const wide = (announced ?? 0) >= ZIP64_FROM;
    const start = position;
    const header = localHeader(name, wide);
    yield header;
    let length = 0;
    let sum = 0;
    for await (const chunk of chunksOf(member.data)) {
      sum = crc32(chunk, sum);
      length += chunk.length;
      if (length > MOST_32 && !wide) throw tooLong(member.name);
      yield chunk;
    }
    const end = descriptor(sum, length, wide);
    yield end;
    position += header.length + length + end.length;
    written.push({ name, start, length, sum, wide });
  }
  const entries = written.map(directoryEntry);
  const length = entries.reduce((total, entry) => total + entry.length, 0);
  yield* entries;
  yield endOfDirectory(written.length, length, position);
}

function chunksOf(data: ZipInput['data']): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (data instanceof Uint8Array) return [data];
  return typeof data === 'function' ? data() : data;
}

function tooLong(name: string): FormatError {
  return new FormatError(
    `zip: "${name}" has more than 4 GiB; give its size beforehand, the layout depends on it.`,
  );
}

/** Numbers one after the other, each of so many bytes. */
function fields(...numbers: readonly (readonly [width: 2 | 4 | 8, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(numbers.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of numbers) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

const needed = (wide: boolean): number => (wide ? 45 : 20);

function localHeader(name: Uint8Array, wide: boolean): Uint8Array {
  // The sizes behind the data have 64 bits if there is this field, empty as it is.
  const extra = wide ? fields([2, 1], [2, 16], [8, 0], [8, 0]) : new Uint8Array(0);
  const size = wide ? MOST_32 : 0;
  const head = fields(
    [4, 0x04034b50],
    [2, needed(wide)],
    [2, FLAGS],
    [2, 0],
    [2, 0],
    [2, DATE],
    [4, 0],
    [4, size],
    [4, size],
    [2, name.length],
    [2, extra.length],
  );
  return concat([head, name, extra]);
}

function descriptor(sum: number, length: number, wide: boolean): Uint8Array {
  const width = wide ? 8 : 4;
  return fields([4, 0x08074b50], [4, sum], [width, length], [width, length]);
}

function directoryEntry({ name, start, length, sum, wide }: Written): Uint8Array {
  const far = start >= MOST_32;
  const large = wide || length >= MOST_32;
  const values = [...(large ? [length, length] : []), ...(far ? [start] : [])];
  const extra =
    values.length === 0
      ? new Uint8Array(0)
      : fields([2, 1], [2, 8 * values.length], ...values.map((value) => [8, value] as const));
  const size = large ? MOST_32 : length;
  const version = needed(large || far);
  const head = fields(
    [4, 0x02014b50],
    [2, version],
    [2, version],
    [2, FLAGS],
    [2, 0],
    [2, 0],
    [2, DATE],
    [4, sum],
    [4, size],
    [4, size],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, far ? MOST_32 : start],
  );
  return concat([head, name, extra]);
}

function endOfDirectory(count: number, length: number, start: number): Uint8Array {
  const wide = count >= MOST_16 || start >= MOST_32 || length >= MOST_32;
  const narrow = (value: number, most: number): number => (wide ? most : value);
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, narrow(count, MOST_16)],
    [2, narrow(count, MOST_16)],
    [4, narrow(length, MOST_32)],
    [4, narrow(start, MOST_32)],
    [2, 0],
  );
  if (!wide) return end;
  const far = fields(
    [4, 0x06064b50],
    [8, 44],
    [2, 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, length],
    [8, start],
  );
  const locator = fields([4, 0x07064b50], [4, 0], [8, start + length], [4, 1]);
  return concat([far, locator, end]);
}
