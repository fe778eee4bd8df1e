import { describe, expect, it } from '@jest/globals';
import { Arena } from './arena.ts';

describe('the arena', () => {
  it('aligns, and grows only when no hole fits', () => {
    const arena = new Arena(64);
    const [a, b] = [arena.allocate(10), arena.allocate(100)];
    expect([a, b, arena.bytes]).toEqual([0, 64, 192]);
    arena.free(a, 10);
    expect([arena.allocate(64), arena.allocate(1), arena.bytes]).toEqual([0, 192, 256]);
  });

  it('joins neighbouring holes and takes the smallest that fits', () => {
    const arena = new Arena(64);
    const at = [64, 64, 128, 64, 64].map((bytes) => arena.allocate(bytes));
    arena.free(at[1], 64);
    arena.free(at[2], 128);
    arena.free(at[4], 64);
    expect(arena.allocate(64)).toBe(at[4]);
    expect(arena.allocate(192)).toBe(at[1]);
  });

  it('extends a hole at the end instead of leaving it', () => {
    const arena = new Arena(64);
    const a = arena.allocate(64);
    arena.free(a, 64);
    expect([arena.allocate(256), arena.bytes]).toEqual([0, 256]);
  });
});
