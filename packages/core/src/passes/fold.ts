/**
 * Arithmetic on constants of one value, where it is exact: results that IEEE 754 rounds correctly
 * come out the same on every backend; everything else stays in the graph.
 */
import { byteWidth, type DType, highest, isFloat, isUnsigned, lowest } from '../dtypes.ts';
import type { BinaryFn, CompareFn, UnaryFn } from '../graph/types.ts';
import { bfloat16ToFloat, floatToBfloat16, floatToHalf, halfToFloat } from '../tensor/half.ts';

/** The value of the dtype nearest to a double; whole numbers are as they are. */
export function roundFloat(value: number, dtype: DType): number {
  switch (dtype) {
    case 'float32':
      return Math.fround(value);
    case 'float16':
      return halfToFloat(floatToHalf(Math.fround(value)));
    case 'bfloat16':
      return bfloat16ToFloat(floatToBfloat16(value));
    default:
      return value;
  }
}

/** A whole number wrapped to an integer type of at most 32 bits. */
function wrap(value: number, dtype: DType): number {
  const bits = byteWidth(dtype) * 8;
  const modulus = 2 ** bits;
  const low = ((value % modulus) + modulus) % modulus;
  return !isUnsigned(dtype) && low >= modulus / 2 ? low - modulus : low;
}

function isSmallInteger(dtype: DType): boolean {
  return !isFloat(dtype) && dtype !== 'bool' && byteWidth(dtype) <= 4;
}

/** A cast of one value; undefined where it is left to the backend. */
export function foldCast(value: number, from: DType, to: DType): number | undefined {
  if (from === 'int64' || to === 'int64') return undefined;
  // Whether a double is rounded once or by way of float32 differs between backends.
  if (from === 'float64' && isFloat(to) && byteWidth(to) === 2) return undefined;
  if (to === 'bool') return value !== 0 ? 1 : 0;
  if (isFloat(to)) return roundFloat(value, to);
  if (!isFloat(from)) return wrap(value, to);
  if (Number.isNaN(value)) return 0;
  return Math.min(Math.max(Math.trunc(value), lowest(to)), highest(to)) + 0;
}

/** A function of one value; undefined where it is left to the backend. */
export function foldUnary(fn: UnaryFn, value: number, dtype: DType): number | undefined {
  if (!isFloat(dtype)) {
    return fn === 'neg' && isSmallInteger(dtype) ? wrap(-value, dtype) : undefined;
  }
  switch (fn) {
    case 'neg':
      return -value;
    case 'abs':
      return Math.abs(value);
    case 'floor':
      return Math.floor(value);
    case 'ceil':
      return Math.ceil(value);
    case 'sqrt':
      return roundFloat(Math.sqrt(value), dtype);
    default:
      return undefined;
  }
}

/** A function of two values; undefined where it is left to the backend. */
export function foldBinary(fn: BinaryFn, a: number, b: number, dtype: DType): number | undefined {
  const float = isFloat(dtype);
  if (!float && !isSmallInteger(dtype)) return undefined;
  const finish = (value: number): number =>
    float
      ? roundFloat(dtype === 'float64' ? value : Math.fround(value), dtype)
      : wrap(value, dtype);
  switch (fn) {
    case 'add':
      return finish(a + b);
    case 'sub':
      return finish(a - b);
    case 'mul':
      // The product of two 32-bit integers may not fit a double.
      return float || Math.abs(a * b) <= Number.MAX_SAFE_INTEGER ? finish(a * b) : undefined;
    case 'div':
      return float ? finish(a / b) : undefined;
    default:
      return undefined;
  }
}

/** A comparison of two values. */
export function foldCompare(fn: CompareFn, a: number, b: number): number {
  switch (fn) {
    case 'eq':
      return Number(a === b);
    case 'ne':
      return Number(a !== b);
    case 'lt':
      return Number(a < b);
    case 'le':
      return Number(a <= b);
    case 'gt':
      return Number(a > b);
    case 'ge':
      return Number(a >= b);
  }
}
