/**
 * Numbers in JavaScript text. In a register every value is a JavaScript number that its dtype can
 * hold exactly; every operation ends by rounding or wrapping its result back into the dtype.
 */
import type { DType } from '@addax/core';
import { UnsupportedError, isFloat } from '@addax/core';

/** Rounds a float64 result once to a float dtype. */
export function rounded(x: string, dtype: DType): string {
  switch (dtype) {
    case 'float32':
      return `Math.fround(${x})`;
    case 'float16':
      return `roundFloat16(${x})`;
    case 'bfloat16':
      return `roundBfloat16(${x})`;
    default:
      return `(${x})`;
  }
}

/** Wraps an integer result into an integer dtype. int64 is held as int32. */
export function wrapped(x: string, dtype: DType): string {
  switch (dtype) {
    case 'int8':
      return `((${x}) << 24 >> 24)`;
    case 'int16':
      return `((${x}) << 16 >> 16)`;
    case 'uint8':
      return `((${x}) & 255)`;
    case 'uint16':
      return `((${x}) & 65535)`;
    case 'uint32':
      return `((${x}) >>> 0)`;
    case 'int32':
    case 'int64':
      return `(${x} | 0)`;
    default:
      return `(${x})`;
  }
}

/** Rounds or wraps. */
export function kept(x: string, dtype: DType): string {
  return isFloat(dtype) ? rounded(x, dtype) : wrapped(x, dtype);
}

/** Bits that a shift count is masked to. */
export function shiftMask(dtype: DType): number {
  switch (dtype) {
    case 'int8':
    case 'uint8':
      return 7;
    case 'int16':
    case 'uint16':
      return 15;
    case 'int64':
      return 63;
    default:
      return 31;
  }
}

/** Whether every value of `from` is a value of `to`. */
function widens(from: DType, to: DType): boolean {
  if (from === to || from === 'bool' || to === 'float64') return true;
  if (to === 'float32') {
    return !(from === 'int32' || from === 'int64' || from === 'uint32' || from === 'float64');
  }
  return false;
}

/** Conversion of a value. */
export function castText(x: string, from: DType, to: DType): string {
  if (to === 'bool') return from === 'bool' ? x : `(${x} !== 0 ? 1 : 0)`;
  if (widens(from, to)) return x;
  if (isFloat(to)) return rounded(x, to);
  if (!isFloat(from)) return wrapped(x, to);
  switch (to) {
    case 'uint32':
      return `toUint32(${x})`;
    case 'int32':
    case 'int64':
      return `toInt32(${x})`;
    case 'int8':
      return `toSmall(${x}, -128, 127)`;
    case 'int16':
      return `toSmall(${x}, -32768, 32767)`;
    case 'uint8':
      return `toSmall(${x}, 0, 255)`;
    default:
      return `toSmall(${x}, 0, 65535)`;
  }
}

const SIXTEEN = {
  float16: ['encodeFloat16', 'decodeFloat16'],
  bfloat16: ['encodeBfloat16', 'decodeBfloat16'],
} as const;

/** The bits of a value as an unsigned integer of its width. */
function bits(x: string, from: DType): string {
  if (from === 'float16' || from === 'bfloat16') return `${SIXTEEN[from][0]}(${x})`;
  return from === 'float32' ? `floatBits(${x})` : x;
}

/** The same bits as another dtype. */
export function bitcastText(x: string, from: DType, to: DType): string {
  if (from === 'int64' || to === 'int64') {
    throw new UnsupportedError(
      `bitcast from ${from} to ${to}: int64 is held in 32 bits on this backend, so it has no ` +
        '64-bit pattern; bitcast 32-bit types instead',
    );
  }
  const raw = bits(x, from);
  if (to === 'float32') return `bitsFloat(${raw})`;
  if (to === 'float16' || to === 'bfloat16') return `${SIXTEEN[to][1]}((${raw}) & 65535)`;
  return wrapped(raw, to);
}

/** A number as JavaScript source. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return '(-0)';
  return value < 0 ? `(${value})` : String(value);
}

/** Element of a buffer as a value. */
export function loadText(buffer: string, index: string, dtype: DType): string {
  const raw = `${buffer}[${index}]`;
  if (dtype === 'float16' || dtype === 'bfloat16') return `${SIXTEEN[dtype][1]}(${raw})`;
  return raw;
}

/** Value as it is stored. */
export function storedText(value: string, dtype: DType): string {
  if (dtype === 'float16' || dtype === 'bfloat16') return `${SIXTEEN[dtype][0]}(${value})`;
  return value;
}
