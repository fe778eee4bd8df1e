/** Threefry-2x32-20 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). */
import type { Call } from './call.ts';

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
const PARITY = 0x1bd11bda;

/** Prepares `randomBits`: elements 2i and 2i + 1 are the words of block (0, i). */
export function randomBits(): Call {
  return ([key], [out]) => {
    const keys = [key[0] | 0, key[1] | 0, PARITY ^ key[0] ^ key[1]];
    for (let at = 0; at < out.length; at += 2) {
      let a = keys[0];
      let b = ((at >> 1) + keys[1]) | 0;
      for (let round = 0; round < 5; round++) {
        const first = (round & 1) * 4;
        for (let i = first; i < first + 4; i++) {
          a = (a + b) | 0;
          b = (b << ROTATIONS[i]) | (b >>> (32 - ROTATIONS[i]));
          b ^= a;
        }
        a = (a + keys[(round + 1) % 3]) | 0;
        b = (b + keys[(round + 2) % 3] + round + 1) | 0;
      }
      out[at] = a;
      if (at + 1 < out.length) out[at + 1] = b;
    }
  };
}
