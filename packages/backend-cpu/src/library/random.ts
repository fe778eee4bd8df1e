/** Threefry-2x32-20 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). */
import type { Call } from './call.ts';

const PARITY = 0x1bd11bda;

function rotate(x: number, count: number): number {
  return (x << count) | (x >>> (32 - count));
}

/** Prepares `randomBits`: elements 2i and 2i + 1 are the words of block (0, i). */
export function randomBits(): Call {
  return ([key], [out]) => {
    const k0 = key[0] | 0;
    const k1 = key[1] | 0;
    const k2 = PARITY ^ k0 ^ k1;
    // Five groups of four rounds; after each, the next pair of the three keys is added.
    for (let at = 0; at < out.length; at += 2) {
      let a = k0;
      let b = ((at >> 1) + k1) | 0;
      let next = k1;
      let afterNext = k2;
      let last = k0;
      for (let group = 1; group <= 5; group++) {
        const isOdd = (group & 1) === 1;
        a = (a + b) | 0;
        b = rotate(b, isOdd ? 13 : 17) ^ a;
        a = (a + b) | 0;
        b = rotate(b, isOdd ? 15 : 29) ^ a;
        a = (a + b) | 0;
        b = rotate(b, isOdd ? 26 : 16) ^ a;
        a = (a + b) | 0;
        b = rotate(b, isOdd ? 6 : 24) ^ a;
        a = (a + next) | 0;
        b = (b + afterNext + group) | 0;
        const first = next;
        next = afterNext;
        afterNext = last;
        last = first;
      }
      out[at] = a;
      if (at + 1 < out.length) out[at + 1] = b;
    }
  };
}
