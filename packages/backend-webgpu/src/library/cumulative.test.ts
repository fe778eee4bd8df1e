import { type DType, floatToHalf, halfToFloat, type OpAttrs } from '@addax/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { valueType } from '../storage.ts';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import { cumulative } from './cumulative.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

type Fn = OpAttrs['cumulative']['fn'];
const WORDS = { f32: Float32Array, i32: Int32Array, u32: Uint32Array };

async function running(
  fn: Fn,
  x: readonly number[],
  options: {
    readonly shape?: readonly number[];
    readonly axis?: number;
    readonly reverse?: boolean;
    readonly dtype?: DType;
    readonly halfFloats?: boolean;
  } = {},
): Promise<number[]> {
  const { shape = [x.length], axis = 0, reverse = false, dtype = 'float32' } = options;
  const { halfFloats = true } = options;
  const aval = { shape, dtype };
  const [y] = await device.run(
    cumulative,
    { op: 'cumulative', attrs: { fn, axis, reverse } },
    [{ aval, data: WORDS[valueType(dtype)].from(x) }],
    [aval],
    { abilities: { halfFloats } },
  );
  return [...y!];
}

/** The same, one after another along the axis in the middle of [outer, length, step]. */
function expected(
  x: readonly number[],
  [outer, length, step]: readonly [number, number, number],
  fold: (total: number, value: number) => number,
  reverse = false,
): number[] {
  const y = [...x];
  for (let line = 0; line < outer * step; line++) {
    const first = Math.floor(line / step) * length * step + (line % step);
    const at = (i: number): number => first + (reverse ? length - 1 - i : i) * step;
    for (let i = 1; i < length; i++) y[at(i)] = fold(y[at(i - 1)]!, x[at(i)]!);
  }
  return y;
}

const add = (a: number, b: number): number => a + b;
const integers = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i * 37) % 11);

test('short lines run along any axis, also backwards', async () => {
  const x = [1, 2, 3, 4, 5, 6, 7, 8];
  expect(await running('sum', x, { shape: [2, 2, 2], axis: 1 })).toEqual([
    1, 2, 4, 6, 5, 6, 12, 14,
  ]);
  expect(await running('prod', x, { shape: [2, 4], axis: 1, reverse: true })).toEqual([
    24, 24, 12, 4, 1680, 336, 56, 8,
  ]);
});

test('NaN stays from where it stands on', async () => {
  const x = [3, 1, NaN, 0, 5];
  expect(await running('min', x)).toEqual([3, 1, NaN, NaN, NaN]);
  expect(await running('max', x, { reverse: true })).toEqual([NaN, NaN, NaN, 5, 5]);
});

test('lines of medium length are scanned by one workgroup each', async () => {
  const x = integers(2 * 300 * 3);
  const options = { shape: [2, 300, 3], axis: 1 };
  expect(await running('sum', x, options)).toEqual(expected(x, [2, 300, 3], add));
  const backwards = await running('sum', x, { ...options, reverse: true });
  expect(backwards).toEqual(expected(x, [2, 300, 3], add, true));
  expect(await running('max', x, options)).toEqual(expected(x, [2, 300, 3], Math.max));
});

/** The sum of the first numbers, as float16. */
function halfOf(x: readonly number[], count: number): number {
  return halfToFloat(floatToHalf(x.slice(0, count).reduce(add)));
}

test('longer lines are scanned in blocks', async () => {
  const x = integers(2 * 3000);
  for (const reverse of [false, true]) {
    const y = await running('sum', x, { shape: [2, 3000], axis: 1, reverse });
    expect(y).toEqual(expected(x, [2, 3000, 1], add, reverse));
  }
});

test.each([true, false])('float16 is rounded at the end (with f16: %s)', async (halfFloats) => {
  const x = integers(2500);
  const sums = await running('sum', x, { dtype: 'float16', halfFloats });
  expect([sums[999], sums[2499]]).toEqual([halfOf(x, 1000), halfOf(x, 2500)]);
  const few = await running('sum', [2048, 0.75, 0.75], { dtype: 'float16', halfFloats });
  expect(few).toEqual([2048, 2048, 2050]);
});

test('integers wrap, products of bool are conjunctions and sums alternatives', async () => {
  expect(await running('sum', [100, 100, 100], { dtype: 'int8' })).toEqual([100, -56, 44]);
  expect(await running('prod', [1 << 20, 1 << 12, 3], { dtype: 'int32' })).toEqual([1 << 20, 0, 0]);
  expect(await running('max', [1, 4294967295, 2], { dtype: 'uint32' })).toEqual([
    1, 4294967295, 4294967295,
  ]);
  expect(await running('sum', [0, 1, 1], { dtype: 'bool' })).toEqual([0, 1, 1]);
  expect(await running('prod', [1, 1, 0, 1], { dtype: 'bool' })).toEqual([1, 1, 0, 0]);
});
