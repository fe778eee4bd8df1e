/**
 * safetensors: 8 bytes of little-endian header length, a JSON header, the data. Reading checks every
 * offset, so that a hostile header gives a FormatError and never a view outside the file.
 *
 * Format: https://github.com/huggingface/safetensors
 */
import { byteWidth, type DType, FormatError, type HostArray, hostArray } from '@addax/core';

/** One array of a file. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Raw elements; float16 and bfloat16 as bits. */
  readonly data: HostArray;
}

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

const HEADER_LIMIT = 100 * 2 ** 20;

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
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
  const { entries, dataStart } = readHeader(bytes);
  const arrays = new Map<string, NamedArray>();
  let position = 0;
  for (const entry of entries) {
    if (entry.begin !== position) {
      throw new FormatError(
        `safetensors: "${entry.name}" starts at byte ${entry.begin} of the data, expected ` +
          `${position}: arrays overlap or leave gaps.`,
      );
    }
    position = entry.end;
    arrays.set(entry.name, readArray(bytes, dataStart, entry));
  }
  return arrays;
}

function readHeader(bytes: Uint8Array): { entries: Entry[]; dataStart: number } {
  if (bytes.length < 8) throw new FormatError('safetensors: the file is shorter than its header.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > HEADER_LIMIT || 8 + length > bytes.length) {
    throw new FormatError(
      `safetensors: the header claims ${length} bytes in a file of ${bytes.length}.`,
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`safetensors: the header is not JSON (${(error as Error).message}).`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new FormatError('safetensors: the header is not a JSON object.');
  }
  const dataLength = bytes.length - 8 - length;
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, dataLength))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  return { entries, dataStart: 8 + length };
}

function readEntry(name: string, value: unknown, dataLength: number): Entry {
  const { dtype, shape, data_offsets: offsets } = value as Readonly<Record<string, unknown>>;
  const type = DTYPE_NAMES[String(dtype)];
  if (type === undefined) {
    throw new FormatError(`safetensors: "${name}" has dtype ${String(dtype)}, which Addax lacks.`);
  }
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new FormatError(`safetensors: "${name}" has a malformed shape or offsets.`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = shape.reduce((a, b) => a * b, 1) * byteWidth(type);
  if (end - begin !== expected || end > dataLength) {
    throw new FormatError(
      `safetensors: "${name}" of ${type}[${shape.join(', ')}] needs ${expected} bytes, its offsets ` +
        `are [${begin}, ${end}] in ${dataLength} bytes of data.`,
    );
  }
  return { name, dtype: type, shape, begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function readArray(bytes: Uint8Array, dataStart: number, entry: Entry): NamedArray {
  const { dtype, shape, begin, end } = entry;
  const data = hostArray(dtype, (end - begin) / byteWidth(dtype));
  const target = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  target.set(bytes.subarray(dataStart + begin, dataStart + end));
  return { shape, dtype, data };
}
