/**
 * Elements of datasets and attributes as raw bytes out of the HDF5 library, which knows neither
 * float16 nor bool nor Keras' bfloat16. Large datasets come in slabs, so that the library's memory
 * (which never shrinks) holds a piece at a time.
 */
import { byteWidth, type DType, FormatError, type HostArray, UnsupportedError } from '@addax/core';

import { allocate, asBytes, elementCount } from '../arrays.ts';
import type { RandomAccess } from '../source.ts';
import { type Hdf5Library, type Metadata, protect, whileReadingElements } from './library.ts';
import type { Piece } from './object-header.ts';

/** Datatype classes of the library. */
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const OPAQUE = 5;
const ENUM = 8;

const SLAB = 8 * 2 ** 20;
/** A chunked dataset is read in slabs of whole chunks, up to this size. */
const CHUNKED_SLAB = 64 * 2 ** 20;
/** A packed dataset larger than this may not be larger than so many times its whole file. */
const PACKED_FLOOR = 256 * 2 ** 20;
const PACKED_RATIO = 100;

/** gzip, shuffle and Fletcher's checksum; the library has no others that work. */
const SHUFFLE = 2;
const FILTERS = new Set([1, SHUFFLE, 3]);

/** Attributes are small; a text is not longer than this. */
const ATTRIBUTE_LIMIT = 64 * 2 ** 20;

/** The dtype that these bytes have in JavaScript, if there is one. */
export function dtypeOf(metadata: Metadata): DType | 'text' | undefined {
  const { type, size, signed, enum_type: members } = metadata;
  if (type === STRING) return 'text';
  if (type === FLOAT) {
    return ({ 2: 'float16', 4: 'float32', 8: 'float64' } as const)[size];
  }
  if (type === INTEGER && [1, 2, 4, 8].includes(size)) {
    if (size === 8) return signed ? 'int64' : undefined;
    return `${signed ? 'int' : 'uint'}${(size * 8) as 8 | 16 | 32}`;
  }
  if (type === ENUM && size === 1) {
    const { FALSE, TRUE } = members?.members ?? {};
    if (members?.nmembers === 2 && FALSE === 0 && TRUE === 1) return 'bool';
  }
  return undefined;
}

/** Whether these bytes may be bfloat16, as Keras writes it; an attribute of the dataset decides. */
export function isTwoOpaqueBytes({ type, size }: Metadata): boolean {
  return type === OPAQUE && size === 2;
}

/** Says what a type is, for errors. */
export function describeType({ type, size }: Metadata): string {
  const names = ['integer', 'float', 'time', 'text', 'bit field', 'opaque', 'compound'];
  const name = [...names, 'reference', 'enumeration', 'variable-length', 'array'][type];
  return `${name ?? 'unknown'} of ${size} bytes`;
}

/** An open file, as far as the functions here need it. */
export interface OpenFile {
  readonly library: Hdf5Library;
  readonly id: bigint;
  readonly name: string;
  /** Bytes of the file: nothing stored plainly can be larger. */
  readonly size: number;
  readonly source: RandomAccess & Required<Pick<RandomAccess, 'readInto'>>;
  /** Where HDF5 begins: behind a block of the user's own, or at 0. */
  readonly base: number;
}

/** The bytes that `fill` writes to memory of the library; `used` sees them before it is freed. */
function withMemory<T>(
  library: Hdf5Library,
  length: number,
  fill: (pointer: number) => void,
  used: (pointer: number) => T,
): T {
  const pointer = library._malloc(Math.max(length, 1));
  if (pointer === 0) throw new FormatError(`HDF5: no memory for ${length} bytes.`);
  try {
    // Where a read leaves gaps (chunks that were never written) there must be no old data.
    library.HEAPU8.fill(0, pointer, pointer + length);
    fill(pointer);
    return used(pointer);
  } finally {
    library._free(pointer);
  }
}

/** Refuses datasets that claim more than their file can hold. */
export function checkDatasetSize(file: OpenFile, path: string, metadata: Metadata): void {
  const what = `${file.name}: "${path}"`;
  if (metadata.virtual_sources !== undefined) {
    throw new FormatError(`${what} is a virtual dataset, made of other files: refused.`);
  }
  if (metadata.shape === null) return;
  const bytes = elementCount(what, metadata.shape) * metadata.size;
  const chunk = (metadata.chunks ?? []).reduce((a, b) => a * b, metadata.size);
  if (chunk > PACKED_FLOOR) {
    throw new FormatError(`${what} claims chunks of ${chunk} bytes: refused.`);
  }
  const limit = metadata.chunks ? Math.max(PACKED_FLOOR, PACKED_RATIO * file.size) : file.size;
  if (bytes > limit) {
    throw new FormatError(
      `${what} of shape [${metadata.shape.join(', ')}] claims ${bytes} bytes in a file of ` +
        `${file.size}: it is truncated, stored elsewhere, or forged.`,
    );
  }
}

/** Refuses filters that the library lacks, by name. */
function checkFilters(file: OpenFile, path: string, size: number): void {
  const filters = protect(file.library, `${file.name}: "/${path}"`, () =>
    file.library.get_dataset_filters(file.id, `/${path}`),
  );
  const unknown = filters.find(({ id }) => !FILTERS.has(id));
  if (unknown !== undefined) {
    throw new UnsupportedError(
      `${file.name}: "/${path}" is packed by the filter ${unknown.name || unknown.id}, which needs ` +
        'a plugin; pack it with gzip, or not at all.',
    );
  }
  if (filters.some(({ id, cd_values: [width] }) => id === SHUFFLE && width !== size)) {
    throw new FormatError(`${file.name}: "/${path}" is shuffled by another size than its own.`);
  }
}

/**
 * Reads a dataset of a dtype. Where its elements lie in one piece of the file, in the order of bytes that
 * arrays have, they are read straight into the array; anything else goes through the library.
 */
export function readDataset(
  file: OpenFile,
  path: string,
  metadata: Metadata,
  dtype: DType,
  piece: Piece | undefined,
): HostArray {
  const shape = metadata.shape ?? [0];
  const data = allocate(dtype, elementCount(path, shape));
  const bytes = asBytes(data);
  const plain = metadata.littleEndian || metadata.size === 1 || isTwoOpaqueBytes(metadata);
  if (piece?.length === bytes.length && plain && !metadata.chunks) {
    for (let at = 0; at < bytes.length; at += SLAB) {
      file.source.readInto(bytes.subarray(at, at + SLAB), piece.start + at);
    }
    return data;
  }
  let done = 0;
  if (metadata.chunks) checkFilters(file, path, metadata.size);
  for (const slab of slabs(shape, byteWidth(dtype), metadata.chunks)) {
    protect(file.library, `${file.name}: "${path}"`, () => {
      readSlab(file, path, slab, bytes.subarray(done, (done += slab.bytes)));
    });
  }
  return data;
}

interface Slab {
  readonly offset: number[] | null;
  readonly count: number[] | null;
  readonly bytes: number;
}

function readSlab(file: OpenFile, path: string, slab: Slab, target: Uint8Array): void {
  const { library, id } = file;
  const { offset, count } = slab;
  const [counts, offsets] = [count?.map(BigInt) ?? null, offset?.map(BigInt) ?? null];
  const strides = count?.map(() => 1n) ?? null;
  withMemory(
    library,
    slab.bytes,
    (pointer) =>
      whileReadingElements(() => {
        library.get_dataset_data(id, path, counts, offsets, strides, BigInt(pointer));
      }),
    // HEAPU8 is another view after the memory has grown.
    (pointer) => target.set(library.HEAPU8.subarray(pointer, pointer + slab.bytes)),
  );
}

/** Cuts an array into pieces that follow each other in row-major order. */
export function* slabs(
  shape: readonly number[],
  width: number,
  chunks: readonly number[] | null,
): Generator<Slab> {
  const total = shape.reduce((a, b) => a * b, width);
  const limit = chunks ? CHUNKED_SLAB : SLAB;
  if (total === 0) return;
  if (total <= limit) {
    yield { offset: null, count: null, bytes: total };
    return;
  }
  // The outermost axis whose slices are small enough is cut; those before it are walked one by one.
  const sliceBytes = (axis: number): number => shape.slice(axis + 1).reduce((a, b) => a * b, width);
  let axis = 0;
  while (axis < shape.length - 1 && sliceBytes(axis) > limit) axis += 1;
  const slice = sliceBytes(axis);
  const chunk = chunks?.[axis] ?? 1;
  const most = Math.max(1, Math.floor(limit / slice));
  const rows = most >= chunk ? most - (most % chunk) : most;
  const index = shape.slice(0, axis).map(() => 0);
  do {
    for (let row = 0; row < shape[axis]!; row += rows) {
      const here = Math.min(rows, shape[axis]! - row);
      yield {
        offset: [...index, row, ...shape.slice(axis + 1).map(() => 0)],
        count: [...index.map(() => 1), here, ...shape.slice(axis + 1)],
        bytes: here * slice,
      };
    }
  } while (advance(index, shape));
}

/** The next index in row-major order; false after the last. */
function advance(index: number[], shape: readonly number[]): boolean {
  for (let axis = index.length - 1; axis >= 0; axis -= 1) {
    index[axis]! += 1;
    if (index[axis]! < shape[axis]!) return true;
    index[axis] = 0;
  }
  return false;
}

/** The raw elements of an attribute of a dtype. */
export function readAttributeData(
  file: OpenFile,
  path: string,
  name: string,
  metadata: Metadata,
  dtype: DType,
): HostArray {
  const count = checkedCount(file, path, name, metadata);
  const data = allocate(dtype, count);
  const bytes = asBytes(data);
  const { library, id } = file;
  withMemory(
    library,
    bytes.length,
    (pointer) => library.get_attribute_data(id, path, name, BigInt(pointer)),
    (pointer) => bytes.set(library.HEAPU8.subarray(pointer, pointer + bytes.length)),
  );
  return data;
}

/** The texts of an attribute, of fixed or variable length. */
export function readAttributeTexts(
  file: OpenFile,
  path: string,
  name: string,
  metadata: Metadata,
): string[] {
  const count = checkedCount(file, path, name, metadata);
  const { library, id } = file;
  const { size, vlen } = metadata;
  return withMemory(
    library,
    count * size,
    (pointer) => library.get_attribute_data(id, path, name, BigInt(pointer)),
    (pointer) => {
      if (!vlen) {
        return Array.from({ length: count }, (_, index) =>
          fixedText(library.HEAPU8.subarray(pointer + index * size, pointer + (index + 1) * size)),
        );
      }
      const start = library.HEAPU8.byteOffset + pointer;
      const pointers = new Uint32Array(library.HEAPU8.buffer, start, count);
      const texts = Array.from(pointers, (at) => (at === 0 ? '' : textAt(library, at)));
      library.reclaim_vlen_memory(id, path, name, BigInt(pointer));
      return texts;
    },
  );
}

function textAt({ HEAPU8 }: Hdf5Library, start: number): string {
  const end = HEAPU8.indexOf(0, start);
  return new TextDecoder().decode(HEAPU8.subarray(start, end));
}

/** Ends at the first zero; Fortran's texts are filled up with spaces, which mean nothing. */
function fixedText(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  return new TextDecoder().decode(zero === -1 ? bytes : bytes.subarray(0, zero));
}

function checkedCount(file: OpenFile, path: string, name: string, metadata: Metadata): number {
  const what = `${file.name}: the attribute "${name}" of "/${path}"`;
  const count = metadata.shape === null ? 0 : elementCount(what, metadata.shape);
  if (count * metadata.size > Math.min(ATTRIBUTE_LIMIT, file.size + 4096)) {
    throw new FormatError(
      `${what} claims ${count * metadata.size} bytes in a file of ${file.size}: refused.`,
    );
  }
  return count;
}
