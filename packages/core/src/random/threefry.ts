/**
 * Threefry-2x32-20 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), the
 * counter-based generator behind all random numbers. Here on the host, for initial weights and as
 * the definition that backends' `randomBits` follow.
 */

/** Two uint32 words. */
export type Words = readonly [number, number];

/** Rotation distances, repeated after eight rounds. */
export const ROTATIONS: readonly number[] = [13, 15, 26, 6, 17, 29, 16, 24];

/** Added to the xor of the key to make its third word (Skein's key schedule). */
export const PARITY = 0x1bd11bda;

/** The block of a counter under a key. */
export function threefry(key: Words, counter: Words): Words {
  const keys = [key[0] | 0, key[1] | 0, key[0] ^ key[1] ^ PARITY];
  let a = (counter[0] + keys[0]!) | 0;
  let b = (counter[1] + keys[1]!) | 0;
  for (let round = 0; round < 20; round++) {
    const distance = ROTATIONS[round % 8]!;
    a = (a + b) | 0;
    b = ((b << distance) | (b >>> (32 - distance))) ^ a;
    if (round % 4 === 3) {
      const step = (round + 1) / 4;
      a = (a + keys[step % 3]!) | 0;
      b = (b + keys[(step + 1) % 3]! + step) | 0;
    }
  }
  return [a >>> 0, b >>> 0];
}

/** `count` words of a key: elements 2i and 2i + 1 are the block of counter (0, i). */
export function threefryBits(key: Words, count: number): Uint32Array {
  const bits = new Uint32Array(count + (count % 2));
  for (let i = 0; i < bits.length; i += 2) {
    const block = threefry(key, [0, i / 2]);
    bits[i] = block[0];
    bits[i + 1] = block[1];
  }
  return bits.subarray(0, count);
}

/** The key words of a seed: its high and its low 32 bits. */
export function seedWords(seed: number): Words {
  return [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0];
}

/**
 * The key of the draw with this index, of a generator with this key: Threefry of (1, index), which
 * no block of `randomBits` uses.
 */
export function drawKey(key: Words, index: number): Words {
  return threefry(key, [1, index]);
}
