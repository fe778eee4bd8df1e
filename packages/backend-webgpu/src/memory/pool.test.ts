import { describe, expect, it } from '@jest/globals';
import { OutOfMemoryError } from '@addax/core';
import { makeCounters } from '../stream/counters.ts';
import { Faults } from '../stream/faults.ts';
import type { Memory } from './memory.ts';
import { Pool, sizeClass } from './pool.ts';

/** A pool on a device that only counts. */
function setup({
  maxBytes = 2 ** 20,
  poolBytes = 2 ** 20,
  isFull = false,
  budgetBytes = 2 ** 40,
} = {}) {
  const submissions = {
    epoch: 0,
    hasWork: false,
    loosened: 0,
    write: () => undefined,
    loosen(bytes: number): void {
      this.loosened += bytes;
    },
  };
  const destroyed: Memory[] = [];
  const gpu = {
    pushErrorScope: () => undefined,
    popErrorScope: async () => (isFull ? { message: 'full' } : null),
    createBuffer: () => ({ destroy: () => undefined }),
  } as unknown as GPUDevice;
  const faults = new Faults();
  const pool = new Pool(gpu, {
    submissions,
    faults,
    counters: makeCounters(),
    limits: { maxBytes, poolBytes, budgetBytes },
    destroyed: (memory) => destroyed.push(memory),
  });
  return { pool, submissions, destroyed, faults };
}

describe('sizes', () => {
  it('are powers of two in quarter steps, at least 256 bytes', () => {
    expect([0, 1, 256, 257, 1024, 1025, 1281, 2000].map(sizeClass)).toEqual([
      256, 256, 256, 512, 1024, 1280, 1536, 2048,
    ]);
    for (let bytes = 300; bytes < 2 ** 20; bytes = Math.ceil(bytes * 1.37)) {
      expect(sizeClass(bytes)).toBeGreaterThanOrEqual(bytes);
      expect(sizeClass(bytes)).toBeLessThan(bytes * 1.25 + 256);
      expect(sizeClass(sizeClass(bytes))).toBe(sizeClass(bytes));
    }
  });
});

describe('the pool', () => {
  it('keeps few pieces, however small', () => {
    const { pool, destroyed } = setup({ poolBytes: 2 ** 30 });
    const pieces = Array.from({ length: 5000 }, () => pool.take(4));
    for (const piece of pieces) pool.give(piece);
    expect(destroyed).toEqual(pieces.slice(0, 5000 - 4096));
  });

  it('hands out first what came back last', () => {
    const { pool } = setup();
    const [a, b] = [pool.take(1000), pool.take(1000)];
    pool.give(a);
    pool.give(b);
    expect([pool.take(1000), pool.take(900), pool.take(1000) === a]).toEqual([b, a, false]);
  });

  it('counts what is in use and what lies unused', () => {
    const { pool } = setup();
    const memory = pool.take(1000);
    expect([pool.liveBytes, pool.pooledBytes]).toEqual([1024, 0]);
    memory.users++;
    pool.give(memory);
    expect(pool.liveBytes).toBe(1024);
    pool.give(memory);
    expect([pool.liveBytes, pool.pooledBytes]).toEqual([0, 1024]);
  });

  it('uploads into nothing that recorded work may still read', () => {
    const { pool, submissions } = setup();
    const words = new Float32Array(64);
    const memory = pool.take(256);
    submissions.hasWork = true;
    pool.give(memory);
    expect(pool.upload(words)).not.toBe(memory);
    submissions.epoch++;
    expect(pool.upload(words)).toBe(memory);
  });

  it('destroys what lay longest when too much lies unused', () => {
    const { pool, submissions, destroyed } = setup({ poolBytes: 1024 });
    const [a, b] = [pool.take(512), pool.take(1024)];
    pool.give(a);
    submissions.epoch++;
    pool.give(b);
    expect([destroyed, pool.pooledBytes, submissions.loosened]).toEqual([[a], 1024, 512]);
  });

  it('destroys what lies unused when more is needed than the budget has', () => {
    const { pool, destroyed } = setup({ budgetBytes: 2048 });
    const [a, b] = [pool.take(512), pool.take(1024)];
    pool.give(a);
    pool.take(1000);
    expect([destroyed, pool.pooledBytes, pool.takenBytes]).toEqual([[a], 0, 2048]);
    pool.give(b);
  });

  it('destroys nothing that recorded work may use before it is submitted', () => {
    const { pool, submissions, destroyed } = setup({ poolBytes: 0 });
    const memory = pool.take(256);
    submissions.hasWork = true;
    pool.give(memory);
    expect(destroyed).toEqual([]);
    submissions.epoch++;
    pool.trim();
    expect(destroyed).toEqual([memory]);
  });

  it('refuses what the device does not take in one piece, with both sizes', () => {
    const { pool } = setup({ maxBytes: 64 * 2 ** 20 });
    expect(() => pool.take(128 * 2 ** 20)).toThrow(OutOfMemoryError);
    expect(() => pool.take(128 * 2 ** 20)).toThrow(/128 MiB .* 64 MiB/);
    expect(pool.take(63 * 2 ** 20).bytes).toBe(64 * 2 ** 20);
  });

  it('says how much there is when the device is full', async () => {
    const { pool, faults } = setup({ maxBytes: 2 ** 30, isFull: true });
    pool.take(512 * 2 ** 20);
    await Promise.resolve();
    await Promise.resolve();
    expect(() => faults.check(0)).toThrow(OutOfMemoryError);
    expect(() => faults.check(0)).toThrow(/no room for 512 MiB more: .* holds 512 MiB in use/);
  });
});
