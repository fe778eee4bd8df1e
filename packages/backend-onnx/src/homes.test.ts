import { expect, test } from '@jest/globals';
import cpu, { viewOf } from '@addax/backend-cpu';
import { parse } from '@addax/core';
import { homesOf } from './homes.ts';
import { makeHost } from './host.ts';
import { partition } from './partition/parts.ts';

/** w ← w − x · w, and x · x. */
const STEP = parse(`graph(%0: float32[64, 64], %1: float32[64, 64]) {
  %2: float32[64, 64] = dot(%0, %1) batch=[] contract=[[1, 0]]
  %3: float32[64, 64] = dot(%0, %0) batch=[] contract=[[1, 0]]
  %4: float32[64, 64] = binary(%1, %2) fn="sub"
  return %3, %4
}`);

const [session, ...later] = partition(STEP, { donate: [[1, 1]], unsupported: () => false });

test('a result that only the host reads has a home in its memory, of one buffer for life', () => {
  const homes = homesOf(makeHost(), STEP, session!, later)!;
  const found = new Map(session!.outputs.map((id, i) => [id, homes.buffers[i]]));
  expect(found.get(STEP.outputs[0]!)).toBeUndefined();
  const gradient = found.get(2)!;
  expect(viewOf(gradient)).toHaveLength(64 * 64);
  expect(homes.buffers).toBe(homes.buffers);
});

test('where kernels work on any array, nothing has a home', () => {
  const homes = homesOf(cpu.createSync!({ dialect: 'js' }), STEP, session!, later)!;
  expect(homes.buffers.every((home) => home === undefined)).toBe(true);
});
