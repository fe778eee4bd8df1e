/** The functions of scalar code, one row each: exhaustive over the op table. */
import type { BinaryFn, DType, UnaryFn } from '@addax/core';
import type { Operand, Scalar } from './scalar.ts';

type WriteUnary = (s: Scalar, x: Operand, dtype: DType, fn: UnaryFn) => void;
type WriteBinary = (s: Scalar, a: Operand, b: Operand, dtype: DType) => void;

const real: WriteUnary = (s, x, dtype, fn) => s.real(fn, x, dtype);

/** How each function of one operand is written. */
export const SCALAR_UNARY: Readonly<Record<UnaryFn, WriteUnary>> = {
  neg: (s, x, dtype) => s.negate(x, dtype),
  abs: (s, x, dtype) => s.absolute(x, dtype),
  sign: (s, x, dtype) => s.sign(x, dtype),
  floor: (s, x, dtype) => s.floatOnly('floor', x, dtype),
  ceil: (s, x, dtype) => s.floatOnly('ceil', x, dtype),
  round: (s, x, dtype) => s.floatOnly('nearest', x, dtype),
  sqrt: (s, x, dtype) => s.root(x, dtype),
  rsqrt: (s, x, dtype) => s.reciprocalRoot(x, dtype),
  exp: real,
  expm1: real,
  log: real,
  log1p: real,
  sin: real,
  cos: real,
  tan: real,
  asin: real,
  acos: real,
  atan: real,
  sinh: real,
  cosh: real,
  tanh: real,
  asinh: real,
  acosh: real,
  atanh: real,
  erf: real,
  erfInv: real,
  lgamma: real,
  digamma: real,
  not: (s, x, dtype) => s.complement(x, dtype),
  isNan: (s, x, dtype) => s.test('isNan', x, dtype),
  isFinite: (s, x, dtype) => s.test('isFinite', x, dtype),
};

/** How each function of two operands is written. */
export const SCALAR_BINARY: Readonly<Record<BinaryFn, WriteBinary>> = {
  add: (s, a, b, dtype) => s.arithmetic('add', a, b, dtype),
  sub: (s, a, b, dtype) => s.arithmetic('sub', a, b, dtype),
  mul: (s, a, b, dtype) => s.arithmetic('mul', a, b, dtype),
  div: (s, a, b, dtype) => s.divide('div', a, b, dtype),
  rem: (s, a, b, dtype) => s.divide('rem', a, b, dtype),
  pow: (s, a, b, dtype) => s.power(a, b, dtype),
  atan2: (s, a, b, dtype) => s.host('atan2', [a, b], dtype),
  min: (s, a, b, dtype) => s.extremeOf('min', a, b, dtype),
  max: (s, a, b, dtype) => s.extremeOf('max', a, b, dtype),
  and: (s, a, b) => s.bitwise('and', a, b),
  or: (s, a, b) => s.bitwise('or', a, b),
  xor: (s, a, b) => s.bitwise('xor', a, b),
  shl: (s, a, b, dtype) => s.shift('shl', a, b, dtype),
  shr: (s, a, b, dtype) => s.shift('shr', a, b, dtype),
};
