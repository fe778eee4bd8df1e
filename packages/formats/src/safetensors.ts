/**
 * safetensors: 8 bytes of little-endian header length, a JSON header, the data. Reading checks every
 * offset, so that a hostile header gives a FormatError and never a view outside the file.
 *
 * Format: https://github.com/huggingface/safetensors
 */
import { byteWidth, type DType, FormatError } from '@addax/core';

import {
  type ArrayEntry,
  type ArrayInput,
  byteLength,
  elementsOf,
  fromBytes,
  type NamedArray,
  readElements,
} from './arrays.ts';
import { type Sink, writeTo } from './sink.ts';
import { openSource, type RandomAccess, type Source } from './source.ts';

const DTYPE_NAMES: Readonly<Record<string, DType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};

const FILE_NAMES = Object.fromEntries(
  Object.entries(DTYPE_NAMES).map(([name, dtype]) => [dtype, name]),
) as Readonly<Record<DType, string>>;

const HEADER_LIMIT = 100 * 2 ** 20;

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** An open safetensors file. */
export interface SafetensorsFile {
  /** The arrays by name, in the order of their data. */
  readonly entries: ReadonlyMap<string, ArrayEntry>;
  /** The header's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Opens a safetensors file; only its header is read.
 *
 * @throws FormatError for truncated files, unknown dtypes, and offsets that overlap or do not fit.
 */
export async function openSafetensors(source: Source): Promise<SafetensorsFile> {
  const file = await openSource(source);
  try {
    if (file.size < 8) throw tooShort();
    const length = headerLength(await file.read(0, 8), file.size);
    const { entries, metadata } = parseHeader(await file.read(8, length), file.size - 8 - length);
    const arrays = entries.map((entry) => lazyEntry(file, 8 + length, entry));
    return {
      entries: new Map(arrays.map((entry) => [entry.name, entry])),
      metadata,
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function lazyEntry(file: RandomAccess, dataStart: number, entry: Entry): ArrayEntry {
  const { name, shape, dtype, begin, end } = entry;
  return {
    name,
    shape,
    dtype,
    data: () => readElements(file, dtype, dataStart + begin, end - begin),
  };
}

/**
 * The arrays of a safetensors file, by name, in the order of their data.
 *
 * @throws FormatError for truncated files, unknown dtypes, and offsets that overlap or do not fit.
 *
 * @example
 * const arrays = readSafetensors(new Uint8Array(await file.arrayBuffer()));
 * arrays.get('dense/kernel')?.shape;
 */
export function readSafetensors(bytes: Uint8Array): Map<string, NamedArray> {
  if (bytes.length < 8) throw tooShort();
  const length = headerLength(bytes, bytes.length);
  const dataStart = 8 + length;
  const { entries } = parseHeader(bytes.subarray(8, dataStart), bytes.length - dataStart);
  return new Map(
    entries.map(({ name, shape, dtype, begin, end }) => {
      const data = fromBytes(dtype, bytes.subarray(dataStart + begin, dataStart + end));
      return [name, { name, shape, dtype, data }];
    }),
  );
}

function tooShort(): FormatError {
  return new FormatError('safetensors: the file is shorter than its header.');
}

function headerLength(start: Uint8Array, fileSize: number): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > HEADER_LIMIT || 8 + length > fileSize) {
    throw new FormatError(
      `safetensors: the header claims ${length} bytes in a file of ${fileSize}.`,
    );
  }
  return length;
}

function parseHeader(bytes: Uint8Array, dataLength: number): Header {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FormatError(`safetensors: the header is not JSON (${(error as Error).message}).`);
  }
  if (!isRecord(header)) throw new FormatError('safetensors: the header is not a JSON object.');
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, dataLength))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const entry of entries) {
    if (entry.begin !== position) {
      throw new FormatError(
        `safetensors: "${entry.name}" starts at byte ${entry.begin} of the data, expected ` +
          `${position}: arrays overlap or leave gaps.`,
      );
    }
    position = entry.end;
  }
  return { entries, metadata: readMetadata(header['__metadata__']) };
}

function readMetadata(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.values(value).some((item) => typeof item !== 'string')) {
    throw new FormatError('safetensors: __metadata__ must be an object of strings.');
  }
  return value as Readonly<Record<string, string>>;
}

function readEntry(name: string, value: unknown, dataLength: number): Entry {
  if (!isRecord(value)) throw new FormatError(`safetensors: "${name}" is not described.`);
  const { dtype, shape, data_offsets: offsets } = value;
  const type =
    typeof dtype === 'string' && Object.hasOwn(DTYPE_NAMES, dtype) ? DTYPE_NAMES[dtype] : undefined;
  if (type === undefined) {
    const shown = typeof dtype === 'string' ? dtype : typeof dtype;
    throw new FormatError(`safetensors: "${name}" has dtype ${shown}, which Addax lacks.`);
  }
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new FormatError(`safetensors: "${name}" has a malformed shape or offsets.`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = byteLength(`safetensors: "${name}"`, shape, type);
  if (end - begin !== expected || end > dataLength) {
    throw new FormatError(
      `safetensors: "${name}" of ${type}[${shape.join(', ')}] needs ${expected} bytes, its ` +
        `offsets are [${begin}, ${end}] in ${dataLength} bytes of data.`,
    );
  }
  return { name, dtype: type, shape, begin, end };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/**
 * Writes a safetensors file, as the original library lays it out: widest dtypes first, then by
 * name, the data aligned to 8 bytes.
 *
 * @param metadata - Strings for the header's `__metadata__`.
 *
 * @example
 * await writeSafetensors('weights.safetensors', [{ name: 'kernel', shape, dtype, data }]);
 */
export async function writeSafetensors(
  sink: Sink,
  arrays: Iterable<ArrayInput>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeTo(sink, safetensorsChunks([...arrays], metadata));
}

async function* safetensorsChunks(
  arrays: readonly ArrayInput[],
  metadata: Readonly<Record<string, string>> | undefined,
): AsyncGenerator<Uint8Array> {
  const sorted = arrays.toSorted(
    (a, b) => byteWidth(b.dtype) - byteWidth(a.dtype) || (a.name < b.name ? -1 : 1),
  );
  const header = new Map<string, unknown>();
  if (metadata !== undefined) header.set('__metadata__', metadata);
  let position = 0;
  for (const { name, shape, dtype } of sorted) {
    if (header.has(name)) {
      throw new FormatError(`safetensors: two arrays are called "${name}"; names must differ.`);
    }
    const end = position + byteLength(name, shape, dtype);
    header.set(name, { dtype: FILE_NAMES[dtype], shape, data_offsets: [position, end] });
    position = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(text.length / 8) * 8;
  const start = new Uint8Array(8 + length).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(length), true);
  start.set(text, 8);
  yield start;
  for (const array of sorted) yield* elementsOf(`safetensors: "${array.name}"`, array);
}
