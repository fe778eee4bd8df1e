/** Inputs that both sides of a comparison get. */

/** Deterministic numbers in [−1, 1). */
export function numbers(count: number, seed = 1): Float32Array {
  const out = new Float32Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = state / 2 ** 31 - 1;
  }
  return out;
}

/** Deterministic class numbers below `below`. */
export function classNumbers(count: number, below: number): Int32Array {
  return Int32Array.from(numbers(count, 9), (value) => Math.floor(((value + 1) / 2) * below));
}
