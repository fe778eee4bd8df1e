import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CpuBackend } from '@addax/backend-cpu';
import type { Node, Tensor } from '@addax/core';
import { attention } from '@addax/core/graph-ops';
import fc from 'fast-check';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import {
  type CompositeInput,
  distance,
  floats,
  halves,
  numbers,
  runComposite,
} from '../testing/composites.ts';
import { runsAttention } from './attention.ts';

const reference = new CpuBackend({ dialect: 'js' });
let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

/** Batch, targets, sources, heads, heads of keys, columns of keys and of values. */
type Sizes = readonly [number, number, number, number, number, number, number];

function operands([b, t, s, h, k, d, e]: Sizes, seed: number): CompositeInput[] {
  const shapes = [
    [b, t, h, d],
    [b, s, k, d],
    [b, s, k, e],
  ];
  return shapes.map((shape, i) => numbers(shape, seed + i, 2));
}

async function differs(
  inputs: readonly CompositeInput[],
  bind: (...operands: Tensor[]) => Tensor,
): Promise<number> {
  return distance(await runComposite(device, reference, inputs, bind));
}

test('targets and sources may be more than a block, and columns come in fours', async () => {
  const inputs = operands([1, 40, 70, 2, 2, 8, 36], 1);
  expect(await differs(inputs, (q, k, v) => attention(q, k, v))).toBeLessThan(4e-6);
});

test('no target looks ahead, for any sizes', async () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 50 }),
    fc.constant(2),
    fc.constantFrom(1, 2),
    fc.integer({ min: 1, max: 21 }),
    fc.integer({ min: 1, max: 16 }).map((e) => 2 * e - 1),
  );
  // Columns of keys that are no multiple of four: else there would be two kernels.
  const property = fc.asyncProperty(sizes, fc.nat(1000), async (given, seed) => {
    const odd = given.map((size, i) => (i === 5 && size % 4 === 0 ? size + 1 : size));
    const inputs = operands(odd as unknown as Sizes, seed);
    const bind = (q: Tensor, k: Tensor, v: Tensor): Tensor => attention(q, k, v, { causal: true });
    expect(await differs(inputs, bind)).toBeLessThan(4e-6);
  });
  await fc.assert(property, { numRuns: 8 });
});

test('a bias is added, a mask hides, and who sees nothing takes the mean of all', async () => {
  const [t, s] = [5, 35];
  const hidden = Array.from({ length: t * s }, (_, i) => (i < s || i % 3 === 0 ? 0 : 1));
  const inputs = [
    ...operands([2, t, s, 4, 2, 3, 5], 7),
    numbers([4, 1, s], 11),
    { shape: [1, 1, t, s], dtype: 'bool', values: hidden } as const,
  ];
  const bind = (q: Tensor, k: Tensor, v: Tensor, bias?: Tensor, mask?: Tensor): Tensor =>
    attention(q, k, v, { scale: 0.7, bias, mask });
  expect(await differs(inputs, bind)).toBeLessThan(4e-6);
  const closed = numbers([4, 1, s], 11).values.map((x, i) => (i % s < 33 ? -Infinity : x));
  const infinite = inputs.with(3, floats([4, 1, s], closed));
  expect(await differs(infinite, bind)).toBeLessThan(4e-6);
});

test('values of float16 are rounded once, at the end', async () => {
  const inputs = operands([1, 9, 35, 2, 2, 8, 8], 3).map(halves);
  expect(await differs(inputs, (q, k, v) => attention(q, k, v))).toBeLessThan(3e-3);
});

test('it runs by name on tiles, where it skips, and where the scores would not fit into one binding', () => {
  const avals = operands([1, 64, 64, 2, 2, 8, 8], 1);
  const options = { scale: 1, bias: false, mask: false, causal: false };
  const node = { op: 'call', inputs: [0, 1, 2] };
  const runs = (abilities: object, of = avals, more: object = {}): boolean => {
    const attrs = { name: 'attention', options: { ...options, ...more } };
    const call = { ...node, attrs } as unknown as Node<'call'>;
    return runsAttention(call, of, { ...device.abilities, ...abilities });
  };
  expect(runs({ workgroupTiles: true })).toBe(true);
  expect(runs({ workgroupTiles: false })).toBe(false);
  const blocks = { workgroupTiles: false, quadLoads: false };
  expect(runs(blocks, avals, { causal: true })).toBe(true);
  expect(runs({ ...blocks, quadLoads: true }, avals, { causal: true })).toBe(false);
  const masked = [...avals, { shape: [64, 64], dtype: 'bool', values: [] } as const];
  expect(runs(blocks, masked, { causal: true, mask: true })).toBe(false);
  expect(runs({ workgroupTiles: false, maxBindingBytes: 2 * 64 * 64 * 4 - 1 })).toBe(true);
  const few = operands([1, 1, 64, 2, 2, 8, 8], 1);
  expect(runs({ workgroupTiles: true }, few)).toBe(false);
  const broad = operands([1, 64, 64, 2, 2, 8, 300], 1);
  expect(runs({ workgroupTiles: true }, broad)).toBe(false);
});
