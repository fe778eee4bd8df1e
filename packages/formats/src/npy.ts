/**
 * npy, NumPy's file of one array: a magic, a version, a Python dictionary as text, the elements.
 * Reads every numeric dtype of Addax in either byte order and either memory order; object arrays
 * are pickles, that is code, and are refused.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { byteWidth, type DType, FormatError, type HostArray, UnsupportedError } from '@addax/core';

import {
  type ArrayData,
  type ArrayInput,
  allocate,
  asBytes,
  byteLength,
  elementsOf,
  readElements,
} from './arrays.ts';
import { type Sink, writeTo } from './sink.ts';
import { openSource, type RandomAccess, type Source } from './source.ts';

const KINDS: Readonly<Record<string, DType>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  b1: 'bool',
  // NumPy has no bfloat16; ml_dtypes' arrays are saved as two opaque bytes.
  V2: 'bfloat16',
};

const DESCRIPTIONS = Object.fromEntries(
  Object.entries(KINDS).map(([kind, dtype]) => [dtype, kind]),
) as Readonly<Record<DType, string>>;

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const HEADER_LIMIT = 1 << 20;
/** Magic, version and the longer form of the header's length. */
const START = 12;

interface NpyHeader {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  /** Where the elements begin. */
  readonly dataStart: number;
}

/** An npy file whose elements are not read yet. */
export interface NpyEntry {
  readonly shape: readonly number[];
  readonly dtype: DType;
  data(): Promise<HostArray>;
}

/**
 * Reads an npy file.
 *
 * @throws FormatError for truncated or damaged files; UnsupportedError for dtypes that Addax lacks.
 *
 * @example
 * const { shape, dtype, data } = await readNpy('x.npy');
 */
export async function readNpy(source: Source): Promise<ArrayData> {
  const file = await openSource(source);
  try {
    const { shape, dtype, data } = await openNpy(file);
    return { shape, dtype, data: await data() };
  } finally {
    await file.close();
  }
}

/** The array of an open npy file. */
export async function openNpy(file: RandomAccess): Promise<NpyEntry> {
  const header = await readHeader(file);
  const { shape, dtype, dataStart } = header;
  const length = byteLength(file.name, shape, dtype);
  if (dataStart + length > file.size) {
    throw new FormatError(
      `${file.name}: ${dtype}[${shape.join(', ')}] needs ${length} bytes, the file has ` +
        `${file.size - dataStart} left.`,
    );
  }
  const data = async (): Promise<HostArray> =>
    inRowOrder(header, toLittleEndian(header, await readElements(file, dtype, dataStart, length)));
  return { shape, dtype, data };
}

async function readHeader(file: RandomAccess): Promise<NpyHeader> {
  const start = await file.read(0, Math.min(START, file.size));
  if (start.length < START || MAGIC.some((byte, index) => start[index] !== byte)) {
    throw new FormatError(`${file.name}: not an npy file (its magic bytes are missing).`);
  }
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const long = start[6]! >= 2;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > HEADER_LIMIT) {
    throw new FormatError(`${file.name}: the npy header claims ${length} bytes.`);
  }
  const headerStart = long ? 12 : 10;
  const text = new TextDecoder().decode(await file.read(headerStart, length));
  return { ...parseDictionary(file.name, text), dataStart: headerStart + length };
}

function parseDictionary(name: string, text: string): Omit<NpyHeader, 'dataStart'> {
  const descr = /'descr':\s*'([<>|=]?)([a-zA-Z]\d*)'/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === null && /'descr':/.test(text)) {
    throw new UnsupportedError(`${name}: structured npy arrays are not supported: ${text.trim()}`);
  }
  if (descr === null || order === undefined || sizes === undefined) {
    throw new FormatError(`${name}: the npy header is malformed: ${text.slice(0, 200).trim()}`);
  }
  const kind = descr[2]!;
  const dtype = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (dtype === undefined) {
    const why = kind.startsWith('O') ? 'object arrays hold Python pickles, which are code' : '';
    throw new UnsupportedError(
      `${name}: the npy dtype "${descr[1]}${kind}" is not supported${why && `: ${why}`}.`,
    );
  }
  const shape = sizes
    .split(',')
    .map((size) => size.replace('L', '').trim())
    .filter((size) => size !== '')
    .map(Number);
  return { shape, dtype, bigEndian: descr[1] === '>', fortranOrder: order === 'True' };
}

function toLittleEndian({ dtype, bigEndian }: NpyHeader, data: HostArray): HostArray {
  const width = byteWidth(dtype);
  if (bigEndian && width > 1) {
    const target = asBytes(data);
    for (let at = 0; at < target.length; at += width) target.subarray(at, at + width).reverse();
  }
  return data;
}

/** From column-major to row-major order. */
function inRowOrder({ shape, dtype, fortranOrder }: NpyHeader, data: HostArray): HostArray {
  if (!fortranOrder || shape.length < 2 || data.length === 0) return data;
  const result = allocate(dtype, data.length);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to += 1) {
    result[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/**
 * Writes an npy file, version 1.0, little-endian, row-major. bfloat16 is written as NumPy writes the
 * arrays of ml_dtypes: two opaque bytes.
 */
export async function writeNpy(sink: Sink, array: Omit<ArrayInput, 'name'>): Promise<void> {
  await writeTo(sink, npyChunks('npy', array));
}

/** The bytes of an npy file. */
export async function* npyChunks(
  name: string,
  array: Omit<ArrayInput, 'name'>,
): AsyncGenerator<Uint8Array> {
  const { shape, dtype } = array;
  const order = byteWidth(dtype) === 1 || dtype === 'bfloat16' ? '|' : '<';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${order}${DESCRIPTIONS[dtype]}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const start = new Uint8Array(length).fill(0x20);
  start.set(MAGIC);
  start.set([1, 0, (length - 10) & 255, (length - 10) >> 8], 6);
  start.set(new TextEncoder().encode(text), 10);
  start[length - 1] = 0x0a;
  yield start;
  yield* elementsOf(name, array);
}
