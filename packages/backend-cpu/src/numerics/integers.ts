/** Integer rules that JavaScript's operators do not have. */

/** Half to even; keeps the sign of zero. */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest === 0) return x;
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor;
  if (rest >= 0.5) return floor === -1 ? -0 : floor + 1;
  return x; // NaN and infinities
}

/** a ** b modulo 2^32; negative exponents give 0 except for the bases 1 and −1. */
export function integerPower(a: number, b: number): number {
  if (b < 0) return a === 1 ? 1 : a === -1 ? (b & 1 ? -1 : 1) : 0;
  let result = 1;
  let base = a | 0;
  for (let exponent = b; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent & 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

/** Truncates toward zero, saturates, NaN → 0. */
export function toInt32(x: number): number {
  if (x >= 2147483647) return 2147483647;
  if (x <= -2147483648) return -2147483648;
  return x | 0;
}

/** Truncates toward zero, saturates, NaN → 0. */
export function toUint32(x: number): number {
  if (x >= 4294967295) return 4294967295;
  return x <= 0 ? 0 : x >>> 0;
}

/** Truncates toward zero, saturates to [low, high], NaN → 0. */
export function toSmall(x: number, low: number, high: number): number {
  if (x >= high) return high;
  return x <= low ? low : x | 0;
}
