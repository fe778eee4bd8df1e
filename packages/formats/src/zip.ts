/**
 * Reads archives (`.keras`, `.npz`). Members are stored, as Keras does it, so that they can be read
 * in place: opening one is a window on the archive. Deflated members are unpacked into memory,
 * within bounds: sizes and names in an archive are claims of a stranger.
 */
import { FormatError } from '@addax/core';
import type { FileEntry, ZipReader } from '@zip.js/zip.js';

import { MemorySource, openSource, type RandomAccess, type Source, windowOf } from './source.ts';
import { checkMemberName } from './zip-names.ts';

export { writeZip, zipChunks, type ZipInput } from './zip-write.ts';

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

/** A member larger than this may not expand more than {@link RATIO_LIMIT} times. */
const BOMB_FLOOR = 64 * 2 ** 20;
const RATIO_LIMIT = 100;
const MEMBER_LIMIT = 100_000;

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
    checkMemberName(file.name, entry.filename);
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
