/**
 * The one shape that every format here reads and writes: an array with a name, a shape, a dtype and
 * raw elements. What is read from an open file fetches its elements when asked; what is to be
 * written may do the same, so that a model larger than memory passes through one array at a time.
 */
import { byteWidth, type DType, FormatError, type HostArray, hostArray } from '@addax/core';

import type { RandomAccess } from './source.ts';

/** Shape, dtype and raw elements. */
export interface ArrayData {
  /** Sizes of the axes; empty for a scalar. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Raw elements in row-major order; float16 and bfloat16 as bits, bool as 0 and 1. */
  readonly data: HostArray;
}

/** One array of a file, elements included. */
export interface NamedArray extends ArrayData {
  /** Its name, or its path (`layers/dense/vars/0`) where the format has groups. */
  readonly name: string;
}

/** One array of an open file; its elements are read when {@link ArrayEntry.data} is called. */
export interface ArrayEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Reads the elements; each call reads them anew and keeps nothing. */
  data(): Promise<HostArray>;
}

/** One array to be written. An {@link ArrayEntry} and a {@link NamedArray} both fit. */
export interface ArrayInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: ElementSource;
}

/**
 * The elements of an array to be written, or a function that is called when their turn comes and gives
 * them whole or as the bytes of one piece after the other.
 */
export type ElementSource =
  HostArray | (() => HostArray | Promise<HostArray> | AsyncIterable<Uint8Array>);

/** Rank beyond which a shape is taken for an attack (NumPy's and HDF5's limit is 32). */
const RANK_LIMIT = 32;

/** The number of elements of a shape from a file; absurd shapes are a FormatError. */
export function elementCount(what: string, shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new FormatError(`${what}: the shape [${shape.join(', ')}] has an impossible axis.`);
    }
    count *= size;
  }
  if (shape.length > RANK_LIMIT || count > Number.MAX_SAFE_INTEGER / 16) {
    throw new FormatError(
      `${what}: a shape of ${shape.length} axes and ${count} elements is out of range.`,
    );
  }
  return count;
}

/** Bytes of an array of this shape and dtype. */
export function byteLength(what: string, shape: readonly number[], dtype: DType): number {
  return elementCount(what, shape) * byteWidth(dtype);
}

/** The raw bytes of an array, not copied. */
export function asBytes(data: HostArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Elements from little-endian bytes, copied into an array of their own (so alignment is free). */
export function fromBytes(dtype: DType, bytes: Uint8Array): HostArray {
  const data = allocate(dtype, bytes.length / byteWidth(dtype));
  asBytes(data).set(bytes);
  return data;
}

/** Bytes moved at a time: large enough to be quick, small enough not to count. */
const PIECE = 8 * 2 ** 20;

/** Elements from a file, read straight into their array so that no second copy exists. */
export async function readElements(
  file: RandomAccess,
  dtype: DType,
  position: number,
  length: number,
): Promise<HostArray> {
  const data = allocate(dtype, length / byteWidth(dtype));
  const bytes = asBytes(data);
  for (let at = 0; at < length; at += PIECE) {
    const part = bytes.subarray(at, at + PIECE);
    if (file.readInto) file.readInto(part, position + at);
    else part.set(await file.read(position + at, part.length));
  }
  return data;
}

/** A host array; where memory is short the error says what asked for it. */
export function allocate(dtype: DType, length: number): HostArray {
  try {
    return hostArray(dtype, length);
  } catch {
    throw new FormatError(
      `an array of ${length} ${dtype} elements does not fit into one JavaScript array; ` +
        'store it in pieces.',
    );
  }
}

/** The elements to write in pieces, checked against shape and dtype. */
export async function* elementsOf(
  what: string,
  input: Omit<ArrayInput, 'name'>,
): AsyncGenerator<Uint8Array> {
  const expected = byteLength(what, input.shape, input.dtype);
  const data = typeof input.data === 'function' ? input.data() : input.data;
  let length = 0;
  const check = (): void => {
    if (length === expected) return;
    throw new FormatError(
      `${what}: ${input.dtype}[${input.shape.join(', ')}] needs ${expected} bytes, its data has ` +
        `${length}.`,
    );
  };
  if (Symbol.asyncIterator in data) {
    for await (const piece of data) {
      length += piece.length;
      if (length > expected) break;
      yield piece;
    }
    check();
    return;
  }
  const bytes = asBytes(await data);
  ({ length } = bytes);
  check();
  yield bytes;
}

/** Reads every array of an open file. */
export async function readAll(entries: Iterable<ArrayEntry>): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const entry of entries) {
    const { name, shape, dtype } = entry;
    arrays.set(name, { name, shape, dtype, data: await entry.data() });
  }
  return arrays;
}
