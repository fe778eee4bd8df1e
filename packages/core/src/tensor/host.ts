/** Host values ↔ raw elements: nested arrays and typed arrays in, typed arrays and nested arrays out. */
import { type DType, type HostArray, highest, hostArray, isInteger, lowest } from '../dtypes.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { floatToHalf, floatToBfloat16, halfToFloat, bfloat16ToFloat } from './half.ts';

/** Nested arrays of numbers, a number for rank 0. */
export type NestedNumbers = number | NestedNumbers[];

/** Numbers, booleans and nested arrays of them. */
export type Nested = number | boolean | readonly Nested[];

/** Typed arrays that may stand for tensors. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** What reads give. */
export type DecodedArray = Exclude<TypedArray, Uint8ClampedArray>;

/** Whether a value is one of the typed arrays Addax takes. */
export function isTypedArray(value: unknown): value is TypedArray {
  return (
    ArrayBuffer.isView(value) && !(value instanceof DataView) && typedArrayDType(value) !== null
  );
}

const TAGS: Readonly<Record<string, DType>> = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Uint16Array: 'uint16',
  Uint32Array: 'uint32',
};

function typedArrayDType(value: ArrayBufferView): DType | null {
  const tag = (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? '';
  return TAGS[tag] ?? null;
}

/** The dtype a typed array has as a tensor. */
export function dtypeOf(array: TypedArray): DType {
  return typedArrayDType(array) ?? 'float32';
}

/** Raw bits of 16-bit floats become numbers; everything else is as it is. */
export function decode(raw: HostArray, dtype: DType): DecodedArray {
  if (dtype === 'float16') return Float32Array.from(raw as Uint16Array, halfToFloat);
  if (dtype === 'bfloat16') return Float32Array.from(raw as Uint16Array, bfloat16ToFloat);
  return raw;
}

/**
 * Numbers as raw elements of `dtype`, under the casting law of floats: integers saturate, NaN → 0.
 * With `wraps` the numbers are integers, which wrap.
 */
export function encode(
  values: ArrayLike<number | bigint | boolean>,
  dtype: DType,
  wraps = false,
): HostArray {
  const out = hostArray(dtype, values.length);
  const write = writer(dtype, wraps);
  for (let i = 0; i < values.length; i++) out[i] = write(values[i]!) as number;
  return out;
}

function writer(
  dtype: DType,
  wraps: boolean,
): (value: number | bigint | boolean) => number | bigint {
  switch (dtype) {
    case 'float32':
    case 'float64':
      return Number;
    case 'float16':
      return (value) => floatToHalf(Number(value));
    case 'bfloat16':
      return (value) => floatToBfloat16(Number(value));
    case 'bool':
      return (value) => (Number(value) === 0 ? 0 : 1);
    case 'int64':
      return (value) => (typeof value === 'bigint' ? value : toBigInt(Number(value)));
    default:
      if (wraps) return Number;
      return (value) => toInteger(Number(value), dtype);
  }
}

function toBigInt(value: number): bigint {
  const limit = 2n ** 63n;
  const whole = BigInt(toInteger(value, 'int64'));
  return whole < limit ? whole : limit - 1n;
}

function toInteger(value: number, dtype: DType): number {
  if (Number.isNaN(value)) return 0;
  return Math.trunc(Math.min(Math.max(value, lowest(dtype)), highest(dtype)));
}

/** Raw elements of one dtype as another, by the same law. */
export function convert(raw: HostArray, from: DType, to: DType): HostArray {
  return from === to ? raw : encode(decode(raw, from), to, isInteger(from));
}

/** A host value taken apart. */
export interface HostValue {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number | bigint | boolean>;
  /** What the values are by themselves. */
  readonly kind: 'float' | 'int' | 'bool' | DType;
}

/** Shape and flat values of nested or typed arrays; rows of unequal length are an error. */
export function flatten(value: Nested | TypedArray): HostValue {
  if (isTypedArray(value)) return { shape: [value.length], values: value, kind: dtypeOf(value) };
  const shape = nestedShape(value);
  const values: (number | boolean)[] = [];
  gatherLeaves(value, shape, 0, values);
  const kind =
    values.every((v) => typeof v === 'boolean') && values.length > 0
      ? 'bool'
      : values.every((v) => Number.isInteger(Number(v))) && values.length > 0
        ? 'int'
        : 'float';
  return { shape, values, kind };
}

function nestedShape(value: unknown): number[] {
  const shape: number[] = [];
  let level: unknown = value;
  while (Array.isArray(level) || isTypedArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

function gatherLeaves(
  value: unknown,
  shape: readonly number[],
  axis: number,
  out: (number | boolean)[],
): void {
  if (axis === shape.length) {
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw new ArgumentError(
        `expected numbers or booleans in nested arrays of equal length, got ${describe(value)}`,
      );
    }
    out.push(value);
    return;
  }
  const rows = value as ArrayLike<unknown>;
  if ((!Array.isArray(value) && !isTypedArray(value)) || rows.length !== shape[axis]) {
    throw new ShapeError(
      `nested arrays are ragged: expected ${shape[axis]} items on axis ${axis}, ` +
        `got ${Array.isArray(value) ? value.length : describe(value)}. Pad the rows to one length.`,
    );
  }
  for (let i = 0; i < rows.length; i++) gatherLeaves(rows[i], shape, axis + 1, out);
}

/** A short description of any value, for error messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `${typeof value} ${String(value)}`;
  if (value instanceof Promise) return 'a promise (await it first)';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return 'an object';
}

/** Flat values as nested arrays. */
export function nest(data: ArrayLike<number | bigint>, shape: readonly number[]): NestedNumbers {
  let position = 0;
  const build = (axis: number): NestedNumbers => {
    if (axis === shape.length) return Number(data[position++]);
    return Array.from({ length: shape[axis]! }, () => build(axis + 1));
  };
  return build(0);
}
