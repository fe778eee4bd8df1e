/**
 * float16 and bfloat16 in software: arithmetic happens in float64, and each operation rounds once,
 * to nearest with ties to even, subnormals included.
 */

const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);
const float32 = new Float32Array(1);
const word = new Uint32Array(float32.buffer);

/** The float16 nearest to any number. */
export function roundFloat16(x: number): number {
  float64[0] = x;
  let exponent = (words[1] >>> 20) & 0x7ff;
  if (exponent === 0x7ff) return x;
  if (exponent < 1009) exponent = 1009; // 2^-14: below, the spacing stays that of subnormals
  if (exponent > 1038) return x * Infinity;
  // Adding and taking away 1.5 · 2^(e + 42) leaves 10 bits behind the leading one.
  words[0] = 0;
  words[1] = ((exponent + 42) << 20) | 0x80000;
  const magic = float64[0];
  const result = x + magic - magic;
  if (result === 0) return x < 0 || Object.is(x, -0) ? -0 : 0;
  if (result > 65504) return Infinity;
  return result < -65504 ? -Infinity : result;
}

/** Bits of a number that is a float16. */
export function encodeFloat16(x: number): number {
  float32[0] = x;
  const bits = word[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return 0x7e00;
  if (magnitude === 0x7f800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | ((magnitude - 0x38000000) >>> 13);
  return sign | (Math.abs(x) * 16777216);
}

let halves: Float32Array | undefined;

/** Number of float16 bits. */
export function decodeFloat16(bits: number): number {
  return (halves ?? allHalves())[bits];
}

function allHalves(): Float32Array {
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const mantissa = bits & 1023;
    if (exponent === 31) halves[bits] = mantissa === 0 ? sign * Infinity : NaN;
    else if (exponent === 0) halves[bits] = sign * mantissa * 2 ** -24;
    else halves[bits] = sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  }
  return halves;
}

/** The bfloat16 nearest to any number. */
export function roundBfloat16(x: number): number {
  const near = Math.fround(x);
  float32[0] = near;
  const bits = word[0];
  if ((bits & 0x7f800000) === 0x7f800000) return near;
  const rest = bits & 0xffff;
  let up = rest > 0x8000 || (rest === 0x8000 && (bits & 0x10000) !== 0);
  // Rounding to float32 first may have made the tie: then the original decides.
  if (rest === 0x8000 && near !== x) up = Math.abs(x) > Math.abs(near);
  word[0] = (bits & 0xffff0000) + (up ? 0x10000 : 0);
  return float32[0];
}

/** Bits of a number that is a bfloat16. */
export function encodeBfloat16(x: number): number {
  float32[0] = x;
  return x === x ? word[0] >>> 16 : 0x7fc0;
}

/** Number of bfloat16 bits. */
export function decodeBfloat16(bits: number): number {
  word[0] = bits << 16;
  return float32[0];
}

/** Bits of a float32. */
export function floatBits(x: number): number {
  float32[0] = x;
  return word[0];
}

/** The float32 of 32 bits. */
export function bitsFloat(bits: number): number {
  word[0] = bits;
  return float32[0];
}
