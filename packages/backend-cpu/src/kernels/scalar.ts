/**
 * The pointwise functions as JavaScript functions of numbers, for the interpreter: the same formulas
 * as the dialect's, applied instead of printed. Exhaustive, like a dialect.
 */
import type { BinaryFn, CompareFn, DType, UnaryFn } from '@addax/core';
import { UnsupportedError, isFloat } from '@addax/core';
import * as half from '../numerics/half.ts';
import { integerPower, roundEven, toInt32, toSmall, toUint32 } from '../numerics/integers.ts';
import { digamma, erf, erfInv, lgamma, power } from '../numerics/special.ts';

type F1 = (x: number) => number;
type F2 = (a: number, b: number) => number;

const same: F1 = (x) => x;

/** Rounds or wraps a result into its dtype. */
const KEEP: Readonly<Record<DType, F1>> = {
  float32: Math.fround,
  float16: half.roundFloat16,
  bfloat16: half.roundBfloat16,
  float64: same,
  int8: (x) => (x << 24) >> 24,
  int16: (x) => (x << 16) >> 16,
  int32: (x) => x | 0,
  int64: (x) => x | 0,
  uint8: (x) => x & 255,
  uint16: (x) => x & 65535,
  uint32: (x) => x >>> 0,
  bool: same,
};

type Unary = (dtype: DType) => F1;
type Binary = (dtype: DType) => F2;

function real(f: F1): Unary {
  return (dtype) => {
    const keep = KEEP[dtype];
    return (x) => keep(f(x));
  };
}

function integral(f: F1): Unary {
  return (dtype) => (isFloat(dtype) ? f : same);
}

function kept(f: F2): Binary {
  return (dtype) => {
    const keep = KEEP[dtype];
    return (a, b) => keep(f(a, b));
  };
}

function byKind(float: F2, integer: F2): Binary {
  return (dtype) => kept(isFloat(dtype) ? float : integer)(dtype);
}

const UNARY: Readonly<Record<UnaryFn, Unary>> = {
  neg: real((x) => -x),
  abs: real(Math.abs),
  sign: () => Math.sign,
  floor: integral(Math.floor),
  ceil: integral(Math.ceil),
  round: integral(roundEven),
  sqrt: real(Math.sqrt),
  rsqrt: real((x) => 1 / Math.sqrt(x)),
  exp: real(Math.exp),
  expm1: real(Math.expm1),
  log: real(Math.log),
  log1p: real(Math.log1p),
  sin: real(Math.sin),
  cos: real(Math.cos),
  tan: real(Math.tan),
  asin: real(Math.asin),
  acos: real(Math.acos),
  atan: real(Math.atan),
  sinh: real(Math.sinh),
  cosh: real(Math.cosh),
  tanh: real(Math.tanh),
  asinh: real(Math.asinh),
  acosh: real(Math.acosh),
  atanh: real(Math.atanh),
  erf: real(erf),
  erfInv: real(erfInv),
  lgamma: real(lgamma),
  digamma: real(digamma),
  not: (dtype) => (dtype === 'bool' ? (x) => x ^ 1 : real((x) => ~x)(dtype)),
  isNan: () => (x) => Number(x !== x),
  isFinite: () => (x) => Number(x - x === 0),
};

const BITS: Readonly<Partial<Record<DType, number>>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int64: 64,
};

/** Counts are masked to the width; int64 is held in 32 bits, so longer shifts leave it. */
function shift(inWord: F2, past: F1): Binary {
  return (dtype) => {
    const mask = (BITS[dtype] ?? 32) - 1;
    const keep = KEEP[dtype];
    return (a, b) => keep((b & mask) > 31 ? past(a) : inWord(a, b & mask));
  };
}

const BINARY: Readonly<Record<BinaryFn, Binary>> = {
  add: kept((a, b) => a + b),
  sub: kept((a, b) => a - b),
  mul: (dtype) =>
    kept(dtype.endsWith('32') && !isFloat(dtype) ? Math.imul : (a, b) => a * b)(dtype),
  div: byKind(
    (a, b) => a / b,
    (a, b) => (b === 0 ? 0 : a / b),
  ),
  rem: byKind(
    (a, b) => a % b,
    (a, b) => (b === 0 ? 0 : a % b),
  ),
  pow: byKind(power, integerPower),
  atan2: kept(Math.atan2),
  min: () => Math.min,
  max: () => Math.max,
  and: kept((a, b) => a & b),
  or: kept((a, b) => a | b),
  xor: kept((a, b) => a ^ b),
  shl: shift(
    (a, b) => a << b,
    () => 0,
  ),
  shr: (dtype) =>
    dtype.startsWith('uint')
      ? shift((a, b) => a >>> b, same)(dtype)
      : shift(
          (a, b) => a >> b,
          (a) => a >> 31,
        )(dtype),
};

/** A one-argument function on operands of a dtype. */
export function unaryFunction(fn: UnaryFn, dtype: DType): F1 {
  return UNARY[fn](dtype);
}

/** A two-argument function on operands of a dtype. */
export function binaryFunction(fn: BinaryFn, dtype: DType): F2 {
  if (fn === 'mul' && dtype === 'int64') return Math.imul;
  return BINARY[fn](dtype);
}

/** The comparisons. */
export const compareFunctions: Readonly<Record<CompareFn, F2>> = {
  eq: (a, b) => Number(a === b),
  ne: (a, b) => Number(a !== b),
  lt: (a, b) => Number(a < b),
  le: (a, b) => Number(a <= b),
  gt: (a, b) => Number(a > b),
  ge: (a, b) => Number(a >= b),
};

const SATURATE: Readonly<Partial<Record<DType, F1>>> = {
  int8: (x) => toSmall(x, -128, 127),
  int16: (x) => toSmall(x, -32768, 32767),
  int32: toInt32,
  int64: toInt32,
  uint8: (x) => toSmall(x, 0, 255),
  uint16: (x) => toSmall(x, 0, 65535),
  uint32: toUint32,
};

/** Conversion between dtypes. */
export function castFunction(from: DType, to: DType): F1 {
  if (to === 'bool') return (x) => Number(x !== 0);
  if (isFloat(from) && !isFloat(to)) return SATURATE[to] ?? same;
  return KEEP[to];
}

/** The same bits as another dtype. */
export function bitcastFunction(from: DType, to: DType): F1 {
  if (from === 'int64' || to === 'int64') {
    throw new UnsupportedError(`bitcast from ${from} to ${to}: int64 is held in 32 bits here`);
  }
  const raw = from === 'float32' ? half.floatBits : encoder(from);
  const read = to === 'float32' ? half.bitsFloat : decoder(to);
  const mask = to === 'float16' || to === 'bfloat16' ? 65535 : -1;
  return isFloat(to) ? (x) => read(raw(x) & mask) : (x) => KEEP[to](raw(x));
}

/** Stored element → value. */
export function decoder(dtype: DType): F1 {
  if (dtype === 'float16') return half.decodeFloat16;
  return dtype === 'bfloat16' ? half.decodeBfloat16 : same;
}

/** Value → stored element. */
export function encoder(dtype: DType): F1 {
  if (dtype === 'float16') return half.encodeFloat16;
  return dtype === 'bfloat16' ? half.encodeBfloat16 : same;
}
