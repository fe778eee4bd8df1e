/**
 * Checks on the header of an object before the HDF5 library reads its data.
 *
 * - Variable-length texts: the library asks for as much memory as a reference claims, up to 4 GB,
 *   before it looks whether the text is there.
 * - Numbers: the library converts by whatever layout of bits a type claims, also beyond its bytes.
 *
 * (Attributes in a heap of their own, which objects with very many have, and types that several
 * objects share are not seen here.)
 */
import { FormatError, UnsupportedError } from '@addax/core';

import { checkRange, type RandomAccess } from '../source.ts';
import { UNDEFINED_ADDRESS } from './bytes.ts';
import { checkGlobalHeap } from './guard.ts';

type Readable = RandomAccess & Required<Pick<RandomAccess, 'readInto'>>;

const DATATYPE = 0x03;
const EXTERNAL_FILES = 0x07;
const LAYOUT = 0x08;
const CONTIGUOUS = 1;
const ATTRIBUTE = 0x0c;
const CONTINUATION = 0x10;
const VARIABLE_LENGTH = 9;
const REFERENCE_SIZE = 16;
const OHDR = 0x5244484f;
/** A header in more pieces than this goes round in circles. */
const BLOCK_LIMIT = 1000;

interface Block {
  readonly start: number;
  readonly length: number;
}

/** Where the elements of a dataset lie, if they lie in one piece of the file. */
export interface Piece {
  /** From the beginning of the file. */
  readonly start: number;
  readonly length: number;
}

/** What a header says besides being sound. */
interface Findings {
  pieces: Piece[];
  external: boolean;
}

/**
 * Throws if the header at this address has texts longer than the file, or numbers of a strange kind.
 * Says where the elements are, if that is plain.
 */
export function checkObjectHeader(
  source: Readable,
  base: number,
  address: number,
): Piece | undefined {
  const start = base + address;
  const view = readView(source, start, Math.min(32, source.size - start));
  const modern = view.byteLength >= 16 && view.getUint32(0, true) === OHDR;
  const { first, messageHeader } = modern ? modernHeader(view, start) : oldHeader(view, start);
  const blocks: Block[] = [first];
  const findings: Findings = { pieces: [], external: false };
  for (let index = 0; index < blocks.length; index += 1) {
    if (index === BLOCK_LIMIT) throw damaged(source);
    const { start: from, length } = blocks[index]!;
    const block = readView(source, from, length);
    checkMessages(source, base, block, modern, messageHeader, findings, (next) => {
      // Modern blocks have a signature before and a checksum behind.
      const [before, around] = modern ? [4, 8] : [0, 0];
      blocks.push({ start: base + next.start + before, length: Math.max(0, next.length - around) });
    });
  }
  const [piece, ...others] = findings.pieces;
  return findings.external || others.length > 0 ? undefined : piece;
}

function readView(source: Readable, start: number, length: number): DataView {
  checkRange(source, start, length);
  const bytes = new Uint8Array(length);
  source.readInto(bytes, start);
  return new DataView(bytes.buffer);
}

function oldHeader(view: DataView, start: number): { first: Block; messageHeader: number } {
  const length = view.byteLength >= 12 ? view.getUint32(8, true) : 0;
  return { first: { start: start + 16, length }, messageHeader: 8 };
}

function modernHeader(view: DataView, start: number): { first: Block; messageHeader: number } {
  const flags = view.getUint8(5);
  const width = 1 << (flags & 3);
  const at = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  let length = 0;
  for (let byte = width - 1; byte >= 0; byte -= 1) {
    length = length * 256 + (at + byte < view.byteLength ? view.getUint8(at + byte) : 0);
  }
  return { first: { start: start + at + width, length }, messageHeader: flags & 4 ? 6 : 4 };
}

function checkMessages(
  source: Readable,
  base: number,
  view: DataView,
  modern: boolean,
  headerSize: number,
  findings: Findings,
  onContinuation: (block: Block) => void,
): void {
  for (let at = 0; at + headerSize <= view.byteLength;) {
    const type = modern ? view.getUint8(at) : view.getUint16(at, true);
    const size = view.getUint16(at + (modern ? 1 : 2), true);
    const body = at + headerSize;
    at = body + size;
    if (at > view.byteLength) throw damaged(source);
    if (type === CONTINUATION && size >= 16) {
      const [start, length] = [view.getBigUint64(body, true), view.getBigUint64(body + 8, true)];
      onContinuation({ start: Number(start), length: Number(length) });
    }
    const shared = (view.getUint8(body - (modern ? 1 : 4) - (headerSize === 6 ? 2 : 0)) & 2) !== 0;
    if (type === DATATYPE && !shared)
      checkNumbers(source, new DataView(view.buffer, body, size), 0);
    if (type === EXTERNAL_FILES) findings.external = true;
    if (type === LAYOUT) {
      const piece = shared ? undefined : pieceOf(base, new DataView(view.buffer, body, size));
      if (piece) findings.pieces.push(piece);
    }
    if (type === ATTRIBUTE) checkAttribute(source, base, new DataView(view.buffer, body, size));
  }
}

/** Layouts since version 3 say for elements in one piece: address and length. */
function pieceOf(base: number, view: DataView): Piece | undefined {
  if (view.byteLength < 18 || ![3, 4].includes(view.getUint8(0))) return undefined;
  if (view.getUint8(1) !== CONTIGUOUS) return undefined;
  const [address, length] = [view.getBigUint64(2, true), view.getBigUint64(10, true)];
  // No address: nothing was written yet, and the library knows what is read then.
  if (address === UNDEFINED_ADDRESS) return undefined;
  return { start: base + Number(address), length: Number(length) };
}

function checkAttribute(source: Readable, base: number, view: DataView): void {
  if (view.byteLength < 8) throw damaged(source);
  const version = view.getUint8(0);
  const pad = (size: number): number => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const typeAt = (version === 3 ? 9 : 8) + pad(view.getUint16(2, true));
  const dataAt = typeAt + pad(view.getUint16(4, true)) + pad(view.getUint16(6, true));
  if (dataAt > view.byteLength || typeAt + 2 > view.byteLength) throw damaged(source);
  // The type of an attribute may be elsewhere, shared with others.
  if (version !== 1 && (view.getUint8(1) & 1) !== 0) return;
  checkNumbers(source, view, typeAt);
  // Sequences of other things are never read.
  const isText = (view.getUint8(typeAt + 1) & 0x0f) === 1;
  if ((view.getUint8(typeAt) & 0x0f) !== VARIABLE_LENGTH || !isText) return;
  // The type of the single letters follows; a forged size multiplies the memory.
  const letter = typeAt + 16 <= view.byteLength ? view.getUint32(typeAt + 12, true) : 0;
  if (letter !== 1) throw damaged(source);
  let claimed = 0;
  let last = 0;
  for (let at = dataAt; at + REFERENCE_SIZE <= view.byteLength; at += REFERENCE_SIZE) {
    claimed = Math.max(claimed, view.getUint32(at, true));
    const heap = base + Number(view.getBigUint64(at + 4, true));
    // An empty text needs no heap; any other place is a heap or an error of the library.
    if (heap !== last && heap > 0 && heap + 16 <= source.size) checkGlobalHeap(source, heap);
    last = heap;
  }
  if (claimed > source.size) {
    throw new FormatError(
      `${source.name}: a text attribute claims ${claimed} bytes in a file of ${source.size}.`,
    );
  }
}

/** IEEE floats by their bytes: sign, exponent and mantissa, each by place and bits, and the bias. */
const FLOATS: Readonly<Record<number, string>> = {
  2: '15 10 5 0 10 15',
  4: '31 23 8 0 23 127',
  8: '63 52 11 0 52 1023',
};

/** Numbers use all bits of their bytes, floats as IEEE says; other types are left alone. */
function checkNumbers(source: Readable, view: DataView, at: number): void {
  if (at + 12 > view.byteLength) return;
  const kind = view.getUint8(at) & 0x0f;
  const size = view.getUint32(at + 4, true);
  if (kind > 1 || ![1, 2, 4, 8].includes(size)) return;
  let strange = view.getUint16(at + 8, true) !== 0 || view.getUint16(at + 10, true) !== size * 8;
  if (kind === 1 && at + 20 <= view.byteLength) {
    const bits = [2, 12, 13, 14, 15].map((offset) => view.getUint8(at + offset));
    strange ||= [...bits, view.getUint32(at + 16, true)].join(' ') !== FLOATS[size];
  }
  if (strange) {
    throw new UnsupportedError(
      `${source.name}: numbers of ${size} bytes with an unusual layout of bits are not supported.`,
    );
  }
}

function damaged(source: Readable): FormatError {
  return new FormatError(`${source.name}: an object header is damaged.`);
}
