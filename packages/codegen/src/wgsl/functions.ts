/**
 * The functions of the op table as WGSL. What WGSL has no safe word for (its own functions may lose
 * NaN, and many are too coarse) is a call of a helper `addax_…`; `prelude` defines those that a text
 * calls.
 *
 * Values are as they are stored: narrow floats are f32 rounded after each function, narrow integers
 * wrap, a bool is a u32 0 or 1. Tests and comparisons give conditions (bool). Operands stand once in
 * a text, as atoms or within parentheses.
 */
import type { DType, UnaryFn } from '@addax/core';
import { UnsupportedError, isFloat } from '@addax/core';
import type { TestFn } from '../print/dialect.ts';
import type { WgslFunctions } from './types.ts';

/** How values of a dtype are held. */
export function valueType(dtype: DType): 'f32' | 'i32' | 'u32' {
  if (dtype === 'float64') {
    throw new UnsupportedError(
      'WebGPU has no float64: use float32 (floatx), or the cpu or onnx backend for float64 values',
    );
  }
  if (isFloat(dtype)) return 'f32';
  return dtype === 'bool' || dtype.startsWith('uint') ? 'u32' : 'i32';
}

/** The functions and what else expressions need. */
export interface WgslDialect extends WgslFunctions {
  /** Rounds or wraps a result of exact or 32-bit arithmetic into a dtype. */
  kept(x: string, dtype: DType): string;
  select(condition: string, a: string, b: string): string;
  /** A bool value of a condition, and the condition of a bool value. */
  truth(condition: string): string;
  holds(value: string): string;
  both(a: string, b: string): string;
  either(a: string, b: string): string;
  negate(condition: string): string;
}

/** Bits that narrow integers do not have. */
const MISSING_BITS: Partial<Record<DType, number>> = { int8: 24, int16: 16 };
const MASKS: Partial<Record<DType, number>> = { uint8: 0xff, uint16: 0xffff };
/** What float to integer conversions saturate to. */
const RANGES: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  uint8: [0, 255],
  uint16: [0, 65535],
};
const HALF_BITS: Partial<Record<DType, string>> = { float16: 'float16', bfloat16: 'bfloat16' };

/** Shift counts are masked to the width of the dtype. */
function shiftMask(dtype: DType): number {
  return dtype.endsWith('int8') ? 7 : dtype.endsWith('int16') ? 15 : 31;
}

function call(name: string, ...args: readonly string[]): string {
  return `addax_${name}(${args.join(', ')})`;
}

/** The helper for integers of this signedness. */
function letter(dtype: DType): 'i' | 'u' {
  return valueType(dtype) === 'u32' ? 'u' : 'i';
}

/** Rounds or wraps. */
function kept(x: string, dtype: DType): string {
  const half = HALF_BITS[dtype];
  if (half !== undefined) return call(`round_${half}`, x);
  const missing = MISSING_BITS[dtype];
  if (missing !== undefined) return `((${x} << ${missing}u) >> ${missing}u)`;
  const mask = MASKS[dtype];
  return mask === undefined ? x : `(${x} & ${mask}u)`;
}

type Unary = (x: string, dtype: DType) => string;
type Binary = (a: string, b: string, dtype: DType) => string;

/** A function of real numbers: a helper, rounded. */
function real(name: string): Unary {
  return (x, dtype) => kept(call(name, x), dtype);
}

/** A function whose result on floats needs no rounding and that leaves integers alone. */
function integral(name: string): Unary {
  return (x, dtype) => (isFloat(dtype) ? `${name}(${x})` : x);
}

function infix(operator: string): (a: string, b: string) => string {
  return (a, b) => `(${a} ${operator} ${b})`;
}

function arithmetic(operator: string): Binary {
  return (a, b, dtype) => kept(`(${a} ${operator} ${b})`, dtype);
}

function quotient(fn: 'div' | 'rem'): Binary {
  return (a, b, dtype) => {
    if (!isFloat(dtype)) return kept(call(`${fn}_${letter(dtype)}`, a, b), dtype);
    return fn === 'div' ? kept(`(${a} / ${b})`, dtype) : call('rem', a, b);
  };
}

function extreme(fn: 'min' | 'max'): Binary {
  return (a, b, dtype) => (isFloat(dtype) ? call(fn, a, b) : `${fn}(${a}, ${b})`);
}

function shift(fn: 'shl' | 'shr'): Binary {
  return (a, b, dtype) => {
    if (dtype === 'int64') return call(`${fn}_long`, a, b);
    const count = `(u32(${b}) & ${shiftMask(dtype)}u)`;
    return kept(`(${a} ${fn === 'shl' ? '<<' : '>>'} ${count})`, dtype);
  };
}

const unary: Readonly<Record<Exclude<UnaryFn, TestFn>, Unary>> = {
  neg: (x, dtype) => {
    const unsigned = valueType(dtype) === 'u32';
    return isFloat(dtype) ? `(-${x})` : kept(unsigned ? `(0u - ${x})` : `(-${x})`, dtype);
  },
  abs: (x, dtype) => {
    if (valueType(dtype) === 'u32') return x;
    return isFloat(dtype) ? `abs(${x})` : kept(`abs(${x})`, dtype);
  },
  sign: (x, dtype) => {
    if (isFloat(dtype)) return call('sign', x);
    return valueType(dtype) === 'u32' ? `min(${x}, 1u)` : `sign(${x})`;
  },
  floor: integral('floor'),
  ceil: integral('ceil'),
  round: integral('round'),
  sqrt: (x, dtype) => kept(`sqrt(${x})`, dtype),
  rsqrt: (x, dtype) => kept(`inverseSqrt(${x})`, dtype),
  exp: real('exp'),
  expm1: real('expm1'),
  log: real('log'),
  log1p: real('log1p'),
  sin: real('sin'),
  cos: real('cos'),
  tan: real('tan'),
  asin: real('asin'),
  acos: real('acos'),
  atan: real('atan'),
  sinh: real('sinh'),
  cosh: real('cosh'),
  tanh: real('tanh'),
  asinh: real('asinh'),
  acosh: real('acosh'),
  atanh: real('atanh'),
  erf: real('erf'),
  erfInv: real('erf_inv'),
  lgamma: real('lgamma'),
  digamma: real('digamma'),
  not: (x, dtype) => (dtype === 'bool' ? `(${x} ^ 1u)` : kept(`(~${x})`, dtype)),
};

/** The functions on values. */
export const wgslFunctions: WgslDialect = {
  kept,
  unary,
  test: {
    isNan: (x) => call('is_nan', x),
    isFinite: (x) => call('is_finite', x),
  },
  binary: {
    add: arithmetic('+'),
    sub: arithmetic('-'),
    mul: arithmetic('*'),
    div: quotient('div'),
    rem: quotient('rem'),
    pow: (a, b, dtype) => kept(call(isFloat(dtype) ? 'pow' : `pow_${letter(dtype)}`, a, b), dtype),
    atan2: (a, b, dtype) => kept(call('atan2', a, b), dtype),
    min: extreme('min'),
    max: extreme('max'),
    and: infix('&'),
    or: infix('|'),
    xor: infix('^'),
    shl: shift('shl'),
    shr: shift('shr'),
  },
  compare: {
    eq: infix('=='),
    // Drivers answer `NaN != 1` and `x != x` with false; negated equality is right.
    ne: (a, b, dtype) => (isFloat(dtype) ? `(!(${a} == ${b}))` : `(${a} != ${b})`),
    lt: infix('<'),
    le: infix('<='),
    gt: infix('>'),
    ge: infix('>='),
  },
  select: (condition, a, b) => `select(${b}, ${a}, ${condition})`,
  truth: (condition) => `u32(${condition})`,
  holds: (value) => `(${value} != 0u)`,
  both: (a, b) => `(${a} && ${b})`,
  either: (a, b) => `(${a} || ${b})`,
  negate: (condition) => `(!${condition})`,
  cast(x, from, to) {
    const [source, target] = [valueType(from), valueType(to)];
    if (from === to) return x;
    if (to === 'bool') return source === 'f32' ? call('truth', x) : `u32(${x} != 0)`;
    if (target === 'f32') {
      if (source === 'f32') return to === 'float32' ? x : kept(x, to);
      if (from === 'bool' || to === 'float32') return `f32(${x})`;
      // A second rounding must not see a tie that the first one made.
      return kept(to === 'bfloat16' ? call(`sticky_${letter(from)}`, x) : `f32(${x})`, to);
    }
    if (source !== 'f32') {
      return kept(source === target ? x : `${target}(${x})`, to);
    }
    const range = RANGES[to];
    if (range === undefined) return call(target === 'i32' ? 'to_i32' : 'to_u32', x);
    return `${target}(${call('within', x, ...range.map((limit) => `${limit}.0`))})`;
  },
  bitcast(x, from, to) {
    const [source, target] = [valueType(from), valueType(to)];
    if (from === to) return x;
    if (from === 'int64' || to === 'int64') {
      throw new UnsupportedError(
        `bitcast from ${from} to ${to}: int64 is held in 32 bits on this backend, so it has no ` +
          '64-bit pattern; bitcast 32-bit types instead',
      );
    }
    const [encode, decode] = [HALF_BITS[from], HALF_BITS[to]];
    if (source === 'f32' && encode === undefined) return `bitcast<${target}>(${x})`;
    if (target === 'f32' && decode === undefined) return `bitcast<f32>(${x})`;
    const bits = encode === undefined ? `u32(${x})` : call(`encode_${encode}`, x);
    if (decode !== undefined) return call(`decode_${decode}`, bits);
    return kept(target === 'i32' ? `i32(${bits})` : bits, to);
  },
};
