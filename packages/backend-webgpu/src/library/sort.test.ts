import type { DType } from '@addax/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { valueType } from '../storage.ts';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import { sort } from './sort.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

const WORDS = { f32: Float32Array, i32: Int32Array, u32: Uint32Array };

async function sorted(
  x: readonly number[],
  options: {
    readonly shape?: readonly number[];
    readonly axis?: number;
    readonly descending?: boolean;
    readonly dtype?: DType;
  } = {},
): Promise<[values: number[], indices: number[]]> {
  const { shape = [x.length], axis = 0, descending = false, dtype = 'float32' } = options;
  const [values, indices] = await device.run(
    sort,
    { op: 'sort', attrs: { axis, descending } },
    [{ aval: { shape, dtype }, data: WORDS[valueType(dtype)].from(x) }],
    [
      { shape, dtype },
      { shape, dtype: 'int32' },
    ],
  );
  return [[...values!], [...indices!]];
}

test('equal values keep their order, zeros of both signs are equal, NaN is last', async () => {
  const x = [2, NaN, 0, -1, -0, Infinity, 2, NaN, -Infinity];
  expect(await sorted(x)).toEqual([
    [-Infinity, -1, 0, -0, 2, 2, Infinity, NaN, NaN],
    [8, 3, 2, 4, 0, 6, 5, 1, 7],
  ]);
  expect(await sorted(x, { descending: true })).toEqual([
    [Infinity, 2, 2, 0, -0, -1, -Infinity, NaN, NaN],
    [5, 0, 6, 2, 4, 3, 8, 1, 7],
  ]);
});

test('integers of both kinds are sorted to their ends', async () => {
  const signed = [5, -2147483648, 2147483647, -1, 2147483647];
  expect(await sorted(signed, { dtype: 'int32' })).toEqual([
    [-2147483648, -1, 5, 2147483647, 2147483647],
    [1, 3, 0, 2, 4],
  ]);
  const unsigned = [7, 4294967295, 0];
  const down = await sorted(unsigned, { dtype: 'uint32', descending: true });
  expect(down).toEqual([
    [4294967295, 7, 0],
    [1, 0, 2],
  ]);
});

test('any axis is sorted', async () => {
  const x = [3, 1, 2, 9, 8, 7, 0, 5, 4, 6, 6, 1];
  const [values, indices] = await sorted(x, { shape: [2, 3, 2], axis: 1 });
  expect(values).toEqual([2, 1, 3, 7, 8, 9, 0, 1, 4, 5, 6, 6]);
  expect(indices).toEqual([1, 0, 0, 2, 2, 1, 0, 2, 1, 0, 2, 1]);
});

test('an axis longer than a workgroup sorts is merged across workgroups', async () => {
  const x = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 1009);
  const order = x.map((_, i) => i).sort((a, b) => x[a]! - x[b]! || a - b);
  const [values, indices] = await sorted(x);
  expect(indices).toEqual(order);
  expect(values).toEqual(order.map((i) => x[i]));
});
