/** dot against loops that say what it means, on every kernel that it may choose. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Aval, type DType, floatToHalf, halfToFloat, type OpAttrs } from '@addax/core';
import fc from 'fast-check';
import type { Abilities } from '../launch.ts';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import type { Epilogue } from './call.ts';
import { dot } from './product.ts';
import { word } from './words.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

type Words = Float32Array | Int32Array | Uint32Array;

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function offset(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce((flat, extent, axis) => flat * extent + index[axis], 0);
}

function* indices(shape: readonly number[]): Generator<number[]> {
  for (let flat = 0; flat < size(shape); flat++) {
    const index: number[] = [];
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    yield index;
  }
}

/** Small integers, so that every order of addition gives the same exact sum. */
function ramp(shape: readonly number[], seed: number): Float32Array {
  return Float32Array.from({ length: size(shape) }, (_, i) => (((i + seed) * 37) % 11) - 5);
}

interface Case {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly attrs: OpAttrs['dot'];
}

function freeAxes(rank: number, taken: readonly number[]): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !taken.includes(axis));
}

/** What dot means. */
function expected({ a, b, attrs: { batch, contract } }: Case, x: Words, y: Words) {
  const pairs = [...batch, ...contract];
  const [left, right] = [a, b].map((shape, side) =>
    freeAxes(
      shape.length,
      pairs.map((pair) => pair[side]),
    ),
  );
  const shape = [...batch.map(([i]) => a[i]), ...left.map((i) => a[i]), ...right.map((i) => b[i])];
  const values: number[] = [];
  for (const at of indices(shape)) {
    const [xAt, yAt]: [number[], number[]] = [[], []];
    batch.forEach(([i, j], n) => ((xAt[i] = at[n]), (yAt[j] = at[n])));
    left.forEach((axis, n) => (xAt[axis] = at[batch.length + n]));
    right.forEach((axis, n) => (yAt[axis] = at[batch.length + left.length + n]));
    let sum = 0;
    for (const depth of indices(contract.map(([i]) => a[i]))) {
      contract.forEach(([i, j], n) => ((xAt[i] = depth[n]), (yAt[j] = depth[n])));
      sum += x[offset(a, xAt)] * y[offset(b, yAt)];
    }
    values.push(sum);
  }
  return { shape, values };
}

async function run(
  test: Case,
  data: readonly [Words, Words],
  dtype: DType,
  abilities: Partial<Abilities> = {},
  epilogue?: Epilogue,
): Promise<number[]> {
  const { shape } = expected(test, ...data);
  const inputs = [test.a, test.b].map((shape, i) => ({ aval: { shape, dtype }, data: data[i] }));
  const output: Aval = { shape, dtype };
  const node = { op: 'dot' as const, attrs: test.attrs };
  const options = epilogue === undefined ? { abilities } : { abilities, epilogue };
  const [result] = await device.run(dot, node, inputs, [output], options);
  return Array.from(result);
}

async function check(test: Case, abilities: Partial<Abilities> = {}): Promise<void> {
  const data: [Float32Array, Float32Array] = [ramp(test.a, 1), ramp(test.b, 2)];
  const actual = await run(test, data, 'float32', abilities);
  expect(actual.map((value) => value + 0)).toEqual(expected(test, ...data).values);
}

const MATRICES: OpAttrs['dot'] = { batch: [], contract: [[1, 0]] };
/** With tiles in workgroup memory, and without; then threads may load for one another. */
const TILES = { workgroupTiles: true };
const BLOCKS = { workgroupTiles: false, quadLoads: false };
const QUADS = { workgroupTiles: false, quadLoads: true };

describe('dot', () => {
  it.each([
    ['in fours', 64, 64, 32],
    ['at edges', 68, 36, 20],
    ['of odd sizes', 37, 41, 23],
    ['of twelve rows', 11, 24, 40],
    ['of few rows', 33, 5, 70],
    ['deep', 8, 12, 1500],
    ['of many rows', 300, 36, 20],
    ['of many rows and odd sizes', 263, 37, 23],
  ])('multiplies matrices %s, stored by rows or columns', async (_, m, n, k) => {
    for (const [a, i] of [
      [[m, k], 1],
      [[k, m], 0],
    ] as const) {
      for (const [b, j] of [
        [[k, n], 0],
        [[n, k], 1],
      ] as const) {
        const test = { a, b, attrs: { batch: [], contract: [[i, j]] as const } };
        await check(test);
        await check(test, BLOCKS);
        await check(test, QUADS);
      }
    }
  });

  it.each([
    [1, 50, 600],
    [50, 1, 600],
    [1, 1, 3000],
    [3, 3, 3],
  ])('multiplies vectors and small matrices (%d × %d over %d)', async (m, n, k) => {
    await check({ a: [m, k], b: [k, n], attrs: MATRICES });
  });

  it('takes batch, free and contracted axes wherever they stand', async () => {
    const axis = fc.integer({ min: 1, max: 5 });
    const few = fc.array(axis, { minLength: 0, maxLength: 2 });
    const order = fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 });
    const anyCase = fc.record({
      batch: few,
      contract: few,
      left: few,
      right: few,
      scale: fc.constantFrom(1, 4, 9),
      orders: fc.tuple(order, order),
      form: fc.constantFrom(TILES, BLOCKS, QUADS),
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ batch, contract, left, right, scale, orders, form }) => {
        const depth = contract.map((extent, i) => (i === 0 ? extent * scale : extent));
        const place = (free: readonly number[], keys: readonly number[]) => {
          const all = [...batch, ...depth, ...free];
          const axes = all.map((_, i) => i).sort((i, j) => keys[i] - keys[j] || i - j);
          return { shape: axes.map((i) => all[i]), at: (i: number) => axes.indexOf(i) };
        };
        const [x, y] = [place(left, orders[0]), place(right, orders[1])];
        const pair = (i: number): [number, number] => [x.at(i), y.at(i)];
        const attrs = {
          batch: batch.map((_, i) => pair(i)),
          contract: depth.map((_, i) => pair(batch.length + i)),
        };
        await check({ a: x.shape, b: y.shape, attrs }, form);
      }),
      { numRuns: 12, seed: 5 },
    );
  }, 120_000);

  it('gives zeros for an empty contraction', async () => {
    await check({ a: [20, 0], b: [0, 30], attrs: MATRICES });
    await check({ a: [2, 0], b: [0, 3], attrs: MATRICES });
  });

  it('folds grids of more workgroups than a dimension holds', async () => {
    const test: Case = {
      a: [7, 40, 20],
      b: [7, 20, 40],
      attrs: { batch: [[0, 0]], contract: [[2, 1]] },
    };
    await check(test, { ...TILES, maxGroups: 5 });
    await check(test, { ...BLOCKS, maxGroups: 5 });
    await check(test, { ...QUADS, maxGroups: 5 });
  });

  it('wraps integers, and asks of bools whether any pair holds', async () => {
    const test: Case = { a: [1, 2], b: [2, 1], attrs: MATRICES };
    const dots = async (data: [Words, Words], dtype: DType) => (await run(test, data, dtype))[0];
    const big = Int32Array.of(65536, 3);
    expect(await dots([big, big], 'int32')).toBe(9);
    expect(await dots([Int32Array.of(100, 1), Int32Array.of(2, 0)], 'int8')).toBe(-56);
    expect(await dots([Uint32Array.of(1, 1), Uint32Array.of(1, 1)], 'bool')).toBe(1);
    expect(await dots([Uint32Array.of(1, 0), Uint32Array.of(0, 1)], 'bool')).toBe(0);
    const wide: Case = { a: [9, 40], b: [40, 11], attrs: MATRICES };
    const data: [Int32Array, Int32Array] = [
      Int32Array.from(ramp(wide.a, 1)),
      Int32Array.from(ramp(wide.b, 2)),
    ];
    expect(await run(wide, data, 'int32')).toEqual(expected(wide, ...data).values);
  });

  it('rounds 16-bit floats once, behind the sum', async () => {
    const test: Case = { a: [5, 3001], b: [3001, 5], attrs: MATRICES };
    const ones = (shape: readonly number[]) => new Float32Array(size(shape)).fill(1);
    const data: [Float32Array, Float32Array] = [ones(test.a), ones(test.b)];
    const all = (value: number) => new Array<number>(25).fill(value);
    expect(await run(test, data, 'float16')).toEqual(all(3000));
    expect(await run(test, data, 'float16', { halfFloats: false })).toEqual(all(3000));
    expect(await run(test, data, 'bfloat16')).toEqual(all(3008));
  });

  it.each([
    ['tiles', [40, 40, 20], TILES],
    ['blocks', [40, 40, 20], BLOCKS],
    ['quads', [40, 40, 20], QUADS],
    ['single elements of tiles', [37, 33, 19], TILES],
    ['single elements of blocks', [37, 33, 19], BLOCKS],
    ['single elements of quads', [37, 33, 19], QUADS],
    ['single results', [2, 9, 20], {}],
    ['parts of the depth', [8, 8, 2000], QUADS],
  ] as const)(
    'has the same results of float16 in %s in memory of any width',
    async (_, of, low) => {
      const [m, n, k] = of;
      const test: Case = { a: [m, k], b: [k, n], attrs: MATRICES };
      const halves = (values: Float32Array): Float32Array =>
        values.map((value) => halfToFloat(floatToHalf(value)));
      const data = [halves(ramp(test.a, 1)), halves(ramp(test.b, 2))] as const;
      const wide = await run(test, [...data], 'float16', { ...low, halfFloats: false });
      expect(await run(test, [...data], 'float16', low)).toEqual(wide);
    },
  );

  it.each([
    ['tiles', 40, 40, 20, TILES],
    ['blocks', 40, 40, 20, BLOCKS],
    ['quads', 40, 40, 20, QUADS],
    ['single results', 2, 9, 20, {}],
    ['parts of the depth', 8, 8, 2000, BLOCKS],
  ])('hands each result of %s to the epilogue instead of storing it', async (_, m, n, k, low) => {
    const test: Case = { a: [m, k], b: [k, n], attrs: MATRICES };
    const data: [Float32Array, Float32Array] = [ramp(test.a, 1), ramp(test.b, 2)];
    const epilogue: Epilogue = {
      bindings: ['write'],
      operands: [{ kind: 'slot', slot: 2 }],
      params: [7],
      text: (binding, at) => `
@group(0) @binding(${binding}) var<storage, read_write> b${binding}: array<f32>;
fn finish(index: u32, value: f32) {
  b${binding}[${word(binding)} + index] = max(value, 0.0) + f32(${word(at)});
}`,
    };
    const actual = await run(test, data, 'float32', low, epilogue);
    const { values } = expected(test, ...data);
    expect(actual).toEqual(values.map((value) => Math.max(value, 0) + 7));
  });
});
