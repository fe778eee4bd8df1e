/** How long an example runs: in full, or with a few steps when `ADDAX_EXAMPLE=quick` (the tests). */
import process from 'node:process';

/** Whether the tests run it. */
export const quick: boolean = process.env['ADDAX_EXAMPLE'] === 'quick';

/** `full` steps, or `few` in a quick run. */
export function steps(full: number, few: number): number {
  return quick ? few : full;
}

/** Numbers in [0, 1) that are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
