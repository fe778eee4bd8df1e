/**
 * The JavaScript dialect. Functions that JavaScript has no word for (`erf`, `roundEven`, …) are
 * parameters of the module the text is compiled in: {@link JavaScriptHelpers}.
 */
import type { DType } from '@addax/core';
import { isFloat } from '@addax/core';
import type { Dialect } from './dialect.ts';
import {
  bitcastText,
  castText,
  kept,
  loadText,
  numberText,
  rounded,
  shiftMask,
  storedText,
  wrapped,
} from './javascript-types.ts';

/** What generated text may call beside `Math`. */
export interface JavaScriptHelpers {
  /** Half to even. */
  roundEven(x: number): number;
  erf(x: number): number;
  erfInv(x: number): number;
  lgamma(x: number): number;
  digamma(x: number): number;
  power(a: number, b: number): number;
  /** A float32 where it is positive or NaN, else 0; without a branch. */
  rectify(x: number): number;
  /** Of 32-bit integers; wraps. */
  integerPower(a: number, b: number): number;
  roundFloat16(x: number): number;
  roundBfloat16(x: number): number;
  encodeFloat16(x: number): number;
  encodeBfloat16(x: number): number;
  decodeFloat16(bits: number): number;
  decodeBfloat16(bits: number): number;
  /** Saturating conversions. */
  toInt32(x: number): number;
  toUint32(x: number): number;
  toSmall(x: number, low: number, high: number): number;
  floatBits(x: number): number;
  bitsFloat(bits: number): number;
}

type Unary = (x: string, dtype: DType) => string;
type Binary = (a: string, b: string, dtype: DType) => string;

/** A function of real numbers. */
function real(name: string): Unary {
  return (x, dtype) => kept(`${name}(${x})`, dtype);
}

/** A function whose result on floats needs no rounding and that leaves integers alone. */
function integral(name: string): Unary {
  return (x, dtype) => (isFloat(dtype) ? `${name}(${x})` : x);
}

function bitwise(operator: string): Binary {
  return (a, b, dtype) => {
    const text = `${a} ${operator} ${b}`;
    return dtype === 'uint32' ? `((${text}) >>> 0)` : `(${text})`;
  };
}

function extreme(name: string): Binary {
  return (a, b) => `${name}(${a}, ${b})`;
}

function multiply(a: string, b: string, dtype: DType): string {
  if (dtype === 'uint32') return `(Math.imul(${a}, ${b}) >>> 0)`;
  if (dtype === 'int32' || dtype === 'int64') return `Math.imul(${a}, ${b})`;
  return kept(`${a} * ${b}`, dtype);
}

function divide(a: string, b: string, dtype: DType): string {
  if (isFloat(dtype)) return rounded(`${a} / ${b}`, dtype);
  return `(${b} === 0 ? 0 : ${wrapped(`${a} / ${b}`, dtype)})`;
}

function remainder(a: string, b: string, dtype: DType): string {
  if (isFloat(dtype)) return `(${a} % ${b})`;
  return `(${b} === 0 ? 0 : ${wrapped(`${a} % ${b}`, dtype)})`;
}

function power(a: string, b: string, dtype: DType): string {
  if (isFloat(dtype)) return rounded(`power(${a}, ${b})`, dtype);
  return wrapped(`integerPower(${a}, ${b})`, dtype);
}

function shift(operator: '<<' | '>>'): Binary {
  return (a, b, dtype) => {
    const count = `(${b} & ${shiftMask(dtype)})`;
    const isUnsigned = dtype.startsWith('uint');
    const word = operator === '>>' && isUnsigned ? '>>>' : operator;
    if (dtype === 'int64') {
      const past = operator === '<<' ? '0' : `(${a} >> 31)`;
      return `(${count} > 31 ? ${past} : ${a} ${word} ${count})`;
    }
    return wrapped(`${a} ${word} ${count}`, dtype);
  };
}

function infix(operator: string): (a: string, b: string) => string {
  return (a, b) => `${a} ${operator} ${b}`;
}

/** Kernel programs as JavaScript functions over typed arrays. */
export const javascript: Dialect = {
  unary: {
    neg: (x, dtype) => (isFloat(dtype) ? `(-${x})` : wrapped(`-${x}`, dtype)),
    abs: (x, dtype) => (isFloat(dtype) ? `Math.abs(${x})` : wrapped(`Math.abs(${x})`, dtype)),
    sign: (x) => `Math.sign(${x})`,
    floor: integral('Math.floor'),
    ceil: integral('Math.ceil'),
    round: integral('roundEven'),
    sqrt: real('Math.sqrt'),
    rsqrt: (x, dtype) => kept(`1 / Math.sqrt(${x})`, dtype),
    exp: real('Math.exp'),
    expm1: real('Math.expm1'),
    log: real('Math.log'),
    log1p: real('Math.log1p'),
    sin: real('Math.sin'),
    cos: real('Math.cos'),
    tan: real('Math.tan'),
    asin: real('Math.asin'),
    acos: real('Math.acos'),
    atan: real('Math.atan'),
    sinh: real('Math.sinh'),
    cosh: real('Math.cosh'),
    tanh: real('Math.tanh'),
    asinh: real('Math.asinh'),
    acosh: real('Math.acosh'),
    atanh: real('Math.atanh'),
    erf: real('erf'),
    erfInv: real('erfInv'),
    lgamma: real('lgamma'),
    digamma: real('digamma'),
    not: (x, dtype) => (dtype === 'bool' ? `(${x} ^ 1)` : wrapped(`~${x}`, dtype)),
  },
  test: {
    isNan: (x) => `${x} !== ${x}`,
    isFinite: (x) => `${x} - ${x} === 0`,
  },
  binary: {
    add: (a, b, dtype) => kept(`${a} + ${b}`, dtype),
    sub: (a, b, dtype) => kept(`${a} - ${b}`, dtype),
    mul: multiply,
    div: divide,
    rem: remainder,
    pow: power,
    atan2: (a, b, dtype) => kept(`Math.atan2(${a}, ${b})`, dtype),
    min: extreme('Math.min'),
    max: extreme('Math.max'),
    and: bitwise('&'),
    or: bitwise('|'),
    xor: bitwise('^'),
    shl: shift('<<'),
    shr: shift('>>'),
  },
  compare: {
    eq: infix('==='),
    ne: infix('!=='),
    lt: infix('<'),
    le: infix('<='),
    gt: infix('>'),
    ge: infix('>='),
  },
  select: (condition, a, b) => `(${condition} ? ${a} : ${b})`,
  rectify: (x) => `rectify(${x})`,
  cast: castText,
  bitcast: bitcastText,
  literal: numberText,
  load: loadText,
  // A conversion compiles without a branch, which unpredictable conditions would mispredict.
  truth: (condition) => `+(${condition})`,
  holds: (value) => `${value} !== 0`,
  both: (a, b) => `(${a}) && (${b})`,
  either: (a, b) => `(${a}) || (${b})`,
  negate: (condition) => `!(${condition})`,
  length: (buffer) => `${buffer}.length`,
  immutable: (name, _, value) => `const ${name} = ${unwrap(value)};`,
  mutable: (name, _, value) => `let ${name} = ${unwrap(value)};`,
  assign: (name, value) => `${name} = ${unwrap(value)};`,
  store: (buffer, index, value, dtype) =>
    `${buffer}[${index}] = ${unwrap(storedText(value, dtype))};`,
  loop: (counter, size) => `for (let ${counter} = 0; ${counter} < ${size}; ${counter}++) {`,
  if: (condition) => `if (${condition}) {`,
  else: '} else {',
  end: '}',
  kernel: (name, parameters, buffers, body) => {
    const types = buffers.map((buffer, i) => `${parameters[i]}: ${buffer.dtype}`);
    return `// ${types.join(', ')}\nfunction ${name}(${parameters.join(', ')}) {\n${body}\n}`;
  },
};

/** Drops parentheses around a whole right-hand side. */
function unwrap(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return text;
  }
  return text.slice(1, -1);
}
