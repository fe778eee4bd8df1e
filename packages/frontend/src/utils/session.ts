/** Names, seeds and memory of this process. */
import { getBackend, type MemoryInfo, resetNames } from '@addax/core';
import * as random from '@addax/core/random';

/**
 * Makes everything random from here on repeatable: initial weights, dropout, random ops. (The order of
 * samples in `fit` depends on the epoch alone.)
 *
 * @param seed A whole number from 0.
 *
 * @example
 * utils.setRandomSeed(42);
 */
export function setRandomSeed(seed: number): void {
  random.setRandomSeed(seed);
}

/** Starts over: automatic names begin again at `dense`, the global random generator at its seed. */
export function clearSession(): void {
  resetNames();
  random.resetRandom();
}

/** Bytes the default backend holds: in use, kept for reuse, and what it may use at most. */
export function memory(): MemoryInfo {
  return getBackend().memory();
}
