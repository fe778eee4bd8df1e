/**
 * Archives (`.keras`, `.npz`). Members are written stored, as Keras does, so that they can be read
 * in place: opening one is a window on the archive. Deflated members are unpacked into memory,
 * within bounds: sizes and names in an archive are claims of a stranger.
 */
import { FormatError } from '@addax/core';
import type { FileEntry, ZipReader } from '@zip.js/zip.js';

import { type Sink, writeTo } from './sink.ts';
import { MemorySource, openSource, type RandomAccess, type Source, windowOf } from './source.ts';

/** One file of an archive. */
export interface ZipMember {
  /** Its path inside the archive: relative, with forward slashes and no `..`. */
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Whether it is stored as it is, so that opening it copies nothing. */
  readonly stored: boolean;
  /** The member as a file: in place if stored (its checksum is not verified), else unpacked. */
  open(): Promise<RandomAccess>;
  /** All bytes, checksum verified. */
  bytes(): Promise<Uint8Array>;
  /** All bytes as UTF-8 text, checksum verified. */
  text(): Promise<string>;
}

/** An open archive. */
export interface ZipArchive {
  /** The files by name, in the order of the directory; folders are left out. */
  readonly members: ReadonlyMap<string, ZipMember>;
  close(): Promise<void>;
}

/** One file to write. */
export interface ZipInput {
  readonly name: string;
  readonly data: Uint8Array | AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>);
  /** Bytes in all, if known; needed for streams beyond 4 GiB. */
  readonly size?: number;
}

/** A member larger than this may not expand more than {@link RATIO_LIMIT} times. */
const BOMB_FLOOR = 64 * 2 ** 20;
const RATIO_LIMIT = 100;
const MEMBER_LIMIT = 100_000;
const ZIP64_FROM = 0xf0000000;

type Library = typeof import('@zip.js/zip.js');

/** The library is loaded with the first archive, not with this package. */
async function library(): Promise<Library> {
  return import('@zip.js/zip.js/lib/zip-core-native.js') as Promise<unknown> as Promise<Library>;
}

/**
 * Opens an archive; only its directory is read.
 *
 * @throws FormatError for damaged directories, members that overlap or expand absurdly, encrypted
 *   members, and names that would lead outside of a folder.
 *
 * @example
 * const archive = await openZip('model.keras');
 * const config = JSON.parse(await archive.members.get('config.json')!.text());
 */
export async function openZip(source: Source): Promise<ZipArchive> {
  const file = await openSource(source);
  try {
    return await readDirectory(file);
  } catch (error) {
    await file.close();
    throw asFormatError(file.name, error);
  }
}

async function readDirectory(file: RandomAccess): Promise<ZipArchive> {
  const zip = await library();
  const reader = new zip.ZipReader(sourceReader(zip, file), {
    useWebWorkers: false,
    checkSignature: true,
  }) as ZipReader<unknown>;
  const members = new Map<string, ZipMember>();
  const ranges: { name: string; start: number; length: number }[] = [];
  for await (const entry of reader.getEntriesGenerator()) {
    if (members.size >= MEMBER_LIMIT) {
      throw new FormatError(`${file.name}: more than ${MEMBER_LIMIT} members.`);
    }
    checkName(file.name, entry.filename);
    if (entry.directory) continue;
    if (members.has(entry.filename)) {
      throw new FormatError(`${file.name}: two members are called "${entry.filename}".`);
    }
    members.set(entry.filename, memberOf(file, entry));
    ranges.push({ name: entry.filename, start: entry.offset, length: entry.compressedSize });
  }
  checkOverlaps(file, ranges);
  return { members, close: () => file.close() };
}

function sourceReader(zip: Library, file: RandomAccess): InstanceType<Library['Reader']> {
  class SourceReader extends zip.Reader<RandomAccess> {
    override size = file.size;

    override async readUint8Array(position: number, length: number): Promise<Uint8Array> {
      const end = Math.min(position + length, file.size);
      // The library may keep or transfer what it gets; the source's memory stays ours.
      return (await file.read(position, Math.max(0, end - position))).slice();
    }
  }
  return new SourceReader(file);
}

function checkName(archive: string, name: string): void {
  const parts = name.split('/');
  if (
    name === '' ||
    name.length > 4096 ||
    /[\\\0]|^\/|^[a-z]:/i.test(name) ||
    parts.includes('..') ||
    parts.includes('.')
  ) {
    throw new FormatError(
      `${archive}: the member name ${JSON.stringify(name.slice(0, 200))} leads outside of the ` +
        'archive or is malformed; refused.',
    );
  }
}

/** Each member's bytes lie between its own header and the next one's. */
function checkOverlaps(
  file: RandomAccess,
  ranges: readonly { name: string; start: number; length: number }[],
): void {
  const sorted = ranges.toSorted((a, b) => a.start - b.start);
  sorted.forEach(({ name, start, length }, index) => {
    const limit = sorted[index + 1]?.start ?? file.size;
    if (start + 30 + length > limit) {
      throw new FormatError(
        `${file.name}: "${name}" claims ${length} bytes from byte ${start}, which overlaps what ` +
          'follows: the archive is damaged or forged.',
      );
    }
  });
}

function memberOf(file: RandomAccess, entry: FileEntry): ZipMember {
  const { filename: name, uncompressedSize: size, compressedSize } = entry;
  const what = `${file.name}: "${name}"`;
  if (entry.encrypted) throw new FormatError(`${what} is encrypted; Addax reads no passwords.`);
  const stored = entry.compressionMethod === 0;
  if (!stored && entry.compressionMethod !== 8) {
    throw new FormatError(`${what} is packed by method ${entry.compressionMethod}; use deflate.`);
  }
  if (stored && size !== compressedSize) {
    throw new FormatError(
      `${what} is stored, but its two sizes ${size}, ${compressedSize} differ.`,
    );
  }
  const bytes = async (): Promise<Uint8Array> => {
    checkBomb(what, size, compressedSize);
    return unpack(what, entry, size);
  };
  return {
    name,
    size,
    stored,
    bytes,
    open: async () =>
      stored
        ? windowOf(file, what, await dataStart(file, what, entry.offset), size)
        : new MemorySource(await bytes(), what),
    text: async () => {
      const content = await bytes();
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(content);
      } catch {
        throw new FormatError(`${what} is not UTF-8 text.`);
      }
    },
  };
}

function checkBomb(what: string, size: number, packed: number): void {
  if (size > BOMB_FLOOR && size > RATIO_LIMIT * packed) {
    throw new FormatError(
      `${what} claims to expand from ${packed} to ${size} bytes, more than ${RATIO_LIMIT} times: ` +
        'refused as a bomb. If it is genuine, store it unpacked.',
    );
  }
}

/** Where a member's bytes begin: behind its local header, whose two last fields vary in length. */
async function dataStart(file: RandomAccess, what: string, offset: number): Promise<number> {
  const header = await file.read(offset, 30);
  const view = new DataView(header.buffer, header.byteOffset, 30);
  if (view.getUint32(0, true) !== 0x04034b50) {
    throw new FormatError(`${what} has no local header where the directory says.`);
  }
  return offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
}

/** Unpacks at most the size that the directory claims. */
async function unpack(what: string, entry: FileEntry, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  const target = new WritableStream<Uint8Array>({
    write(chunk) {
      if (length + chunk.length > size) {
        throw new FormatError(`${what} expands beyond its ${size} bytes.`);
      }
      bytes.set(chunk, length);
      length += chunk.length;
    },
  });
  try {
    await entry.getData(target, { useWebWorkers: false, checkSignature: true });
  } catch (error) {
    throw asFormatError(what, error);
  }
  if (length !== size) throw new FormatError(`${what} holds ${length} bytes instead of ${size}.`);
  return bytes;
}

function asFormatError(what: string, error: unknown): unknown {
  if (error instanceof FormatError || !(error instanceof Error) || 'code' in error) return error;
  return new FormatError(`${what}: not a readable zip archive: ${error.message}.`);
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
  const zip = await library();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = new zip.ZipWriter(writable, { useWebWorkers: false, level: 0, keepOrder: true });
  const written = addAll(zip, writer, members);
  // The reader below sees the failure; this only keeps it from being reported twice.
  written.catch((error: unknown) => writable.abort(error).catch(() => undefined));
  const reader = readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    await written;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function addAll(
  zip: Library,
  writer: InstanceType<Library['ZipWriter']>,
  members: Iterable<ZipInput> | AsyncIterable<ZipInput>,
): Promise<void> {
  for await (const { name, data, size } of members) {
    checkName('zip', name);
    if (data instanceof Uint8Array) await writer.add(name, new zip.Uint8ArrayReader(data));
    else if (size === undefined || size < ZIP64_FROM) await writer.add(name, streamOf(data));
    else await writer.add(name, streamOf(data), { zip64: true });
  }
  await writer.close();
}

/** Pieces that the library works on at once; larger ones would be copied whole. */
const PIECE = 1 << 20;

function streamOf(data: AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>)): {
  readable: ReadableStream<Uint8Array>;
} {
  const chunks = pieces(typeof data === 'function' ? data() : data);
  const readable = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return { readable };
}

async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) yield chunk.subarray(at, at + PIECE);
  }
}
