import { describe, expect, it } from '@jest/globals';
import { BufferArena } from './buffer-arena.ts';

describe('separate buffers', () => {
  it('are used again: the smallest that fits', () => {
    const arena = new BufferArena(16);
    const at = [64, 256, 128].map((bytes) => arena.allocate(bytes));
    expect(at).toEqual([0, 1, 2]);
    for (const buffer of at) arena.free(buffer);
    expect([arena.allocate(100), arena.allocate(10), arena.sizes]).toEqual([2, 0, [64, 256, 128]]);
  });

  it('grow, the largest first, before there are more of them', () => {
    const arena = new BufferArena(16);
    const at = [64, 128].map((bytes) => arena.allocate(bytes));
    for (const buffer of at) arena.free(buffer);
    expect([arena.allocate(1000), arena.sizes, arena.bytes]).toEqual([1, [64, 1008], 1072]);
    expect([arena.allocate(64), arena.allocate(64)]).toEqual([0, 2]);
  });
});
