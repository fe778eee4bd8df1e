/**
 * Data types: the only place that knows their widths, their host arrays and how they promote.
 * Promotion is the JAX lattice that Keras uses (keras/src/backend/common/dtypes.py); JavaScript
 * numbers are weak: an integer adopts any numeric dtype, a fraction any float.
 */
import { DTypeError } from './errors.ts';

/** The dtypes of tensors. */
export type DType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'bool';

/** Operand types of promotion: dtypes, and the weak types of JavaScript numbers. */
export type PromotionType = DType | 'int' | 'float';

/**
 * Raw elements on the host. float16 and bfloat16 are their bits in a Uint16Array, bool is 0 or 1 in a
 * Uint8Array, int64 a BigInt64Array; the others are their own typed array.
 */
export type HostArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

interface DTypeInfo {
  readonly kind: 'float' | 'int' | 'uint' | 'bool';
  readonly bytes: number;
  readonly array: new (length: number) => HostArray;
  readonly min: number;
  readonly max: number;
}

const INFO: Readonly<Record<DType, DTypeInfo>> = {
  float32: info('float', 4, Float32Array, -3.4028234663852886e38, 3.4028234663852886e38),
  float16: info('float', 2, Uint16Array, -65504, 65504),
  bfloat16: info('float', 2, Uint16Array, -3.3895313892515355e38, 3.3895313892515355e38),
  float64: info('float', 8, Float64Array, -Number.MAX_VALUE, Number.MAX_VALUE),
  int8: info('int', 1, Int8Array, -128, 127),
  int16: info('int', 2, Int16Array, -32768, 32767),
  int32: info('int', 4, Int32Array, -2147483648, 2147483647),
  int64: info('int', 8, BigInt64Array, -(2 ** 63), 2 ** 63),
  uint8: info('uint', 1, Uint8Array, 0, 255),
  uint16: info('uint', 2, Uint16Array, 0, 65535),
  uint32: info('uint', 4, Uint32Array, 0, 4294967295),
  bool: info('bool', 1, Uint8Array, 0, 1),
};

function info(
  kind: DTypeInfo['kind'],
  bytes: number,
  array: DTypeInfo['array'],
  min: number,
  max: number,
): DTypeInfo {
  return { kind, bytes, array, min, max };
}

/** All dtypes, floats first. */
export const DTYPES: readonly DType[] = Object.keys(INFO) as DType[];

/** Whether `name` is a dtype. */
export function isDType(name: unknown): name is DType {
  return typeof name === 'string' && Object.hasOwn(INFO, name);
}

/** `name` as a dtype, or a {@link DTypeError} that lists what there is. */
export function checkDType(name: unknown): DType {
  if (isDType(name)) return name;
  if (name === 'int') return 'int32';
  if (name === 'float') return 'float32';
  throw new DTypeError(`unknown dtype ${JSON.stringify(name)}; use one of ${DTYPES.join(', ')}`);
}

/** Whether the dtype is a floating-point type. */
export function isFloat(dtype: DType): boolean {
  return INFO[dtype].kind === 'float';
}

/** Whether the dtype is an integer type (bool is not). */
export function isInteger(dtype: DType): boolean {
  return INFO[dtype].kind === 'int' || INFO[dtype].kind === 'uint';
}

/** Whether the dtype is an unsigned integer type. */
export function isUnsigned(dtype: DType): boolean {
  return INFO[dtype].kind === 'uint';
}

/** Bytes of one element. */
export function byteWidth(dtype: DType): number {
  return INFO[dtype].bytes;
}

/** Smallest finite value. */
export function lowest(dtype: DType): number {
  return INFO[dtype].min;
}

/** Largest finite value. */
export function highest(dtype: DType): number {
  return INFO[dtype].max;
}

/** A zeroed host array for `length` elements. */
export function hostArray(dtype: DType, length: number): HostArray {
  return new INFO[dtype].array(length);
}

/** Direct parents in the promotion lattice; the result of a pair is its least upper bound. */
const PARENTS: Readonly<Record<PromotionType, readonly PromotionType[]>> = {
  bool: ['int'],
  int: ['int8', 'uint8'],
  uint8: ['int16', 'uint16'],
  uint16: ['int32', 'uint32'],
  uint32: ['int64'],
  int8: ['int16'],
  int16: ['int32'],
  int32: ['int64'],
  int64: ['float'],
  float: ['float16', 'bfloat16'],
  float16: ['float32'],
  bfloat16: ['float32'],
  float32: ['float64'],
  float64: [],
};

function ancestors(type: PromotionType): Set<PromotionType> {
  const seen = new Set<PromotionType>([type]);
  for (const item of seen) for (const parent of PARENTS[item]) seen.add(parent);
  return seen;
}

const UPPER = Object.fromEntries(
  (Object.keys(PARENTS) as PromotionType[]).map((type) => [type, ancestors(type)]),
) as Record<PromotionType, Set<PromotionType>>;

const memo = new Map<string, PromotionType>();

/**
 * The type that holds values of both, by the lattice; may be weak if both are.
 *
 * uint32 with a signed integer gives int32 unless int64 takes part: Keras keeps 64-bit results only
 * where a 64-bit type was asked for.
 */
export function promotePair(a: PromotionType, b: PromotionType): PromotionType {
  if (a === b) return a;
  const key = `${a},${b}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  const common = [...UPPER[a]].filter((type) => UPPER[b].has(type));
  const least = common.find((type) => common.every((other) => UPPER[type].has(other)));
  let result = least ?? 'float32';
  if (result === 'int64' && a !== 'int64' && b !== 'int64') result = 'int32';
  memo.set(key, result);
  return result;
}

/**
 * Result dtype of an operation on these operands; weak types left alone become int32 and float32.
 *
 * @example
 * resultType('int32', 'float16'); // 'float16'
 * resultType('uint8', 'int'); // 'uint8'
 */
export function resultType(...types: readonly PromotionType[]): DType {
  const type = types.reduce(promotePair, types[0] ?? 'float');
  if (type === 'int') return 'int32';
  if (type === 'float') return 'float32';
  return type;
}

/** The weak type of a JavaScript number. */
export function weakType(value: number): 'int' | 'float' {
  return Number.isInteger(value) ? 'int' : 'float';
}
