import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Aval, PoolAttrs } from '@addax/core';
import type { Abilities } from '../launch.ts';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import { pool, poolGrad } from './pool.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

const float = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });

const HALVING: PoolAttrs = {
  fn: 'max',
  window: [2, 2],
  strides: [2, 2],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
  layout: 'channelsLast',
};

const SAME: PoolAttrs = {
  ...HALVING,
  window: [3, 3],
  padding: [
    [1, 1],
    [1, 1],
  ],
};

async function pooled(
  attrs: PoolAttrs,
  x: readonly number[],
  from: Aval,
  to: Aval,
): Promise<number[]> {
  const data = from.dtype === 'float32' ? Float32Array.from(x) : Int32Array.from(x);
  const [y] = await device.run(pool, { op: 'pool', attrs }, [{ aval: from, data }], [to]);
  return Array.from(y!);
}

async function gradient(
  attrs: PoolAttrs,
  [x, y, ct]: readonly [readonly number[], readonly number[], readonly number[]],
  from: Aval,
  to: Aval,
  abilities: Partial<Abilities> = {},
): Promise<number[]> {
  const inputs = [
    { aval: from, data: Float32Array.from(x) },
    { aval: to, data: Float32Array.from(y) },
    { aval: to, data: Float32Array.from(ct) },
  ];
  const [result] = await device.run(poolGrad, { op: 'poolGrad', attrs }, inputs, [from], {
    abilities,
  });
  return Array.from(result!);
}

const KNOWN = [1, 2, 5, 3, 4, 3, 2, 1, 9, 7, 6, 6, 8, 7, 6, 6];

describe('pool', () => {
  test('takes the maximum and the sum of windows', async () => {
    const [from, to] = [float(1, 4, 4, 1), float(1, 2, 2, 1)];
    expect(await pooled(HALVING, KNOWN, from, to)).toEqual([4, 5, 9, 6]);
    expect(await pooled({ ...HALVING, fn: 'sum' }, KNOWN, from, to)).toEqual([10, 11, 31, 24]);
  });

  test('keeps the first NaN and counts padding as the lowest value', async () => {
    const x = [1, NaN, -3, -Infinity];
    const max = await pooled(SAME, x, float(1, 2, 2, 1), float(1, 1, 1, 1));
    expect(max).toEqual([NaN]);
    const ends: PoolAttrs = {
      ...HALVING,
      window: [1],
      strides: [1],
      padding: [[1, 1]],
      dilation: [1],
    };
    const y = await pooled(ends, [7], float(1, 1, 1), float(1, 3, 1));
    expect(y).toEqual([-Infinity, 7, -Infinity]);
    const int8: Aval = { shape: [1, 1, 1], dtype: 'int8' };
    const bytes = await pooled(ends, [-7], int8, { ...int8, shape: [1, 3, 1] });
    expect(bytes).toEqual([-128, -7, -128]);
  });

  test('reads channels beside the batch, and three axes with dilation', async () => {
    const x = Array.from({ length: 32 }, (_, i) => i);
    const first: PoolAttrs = { ...HALVING, layout: 'channelsFirst' };
    const y = await pooled(first, x, float(1, 2, 4, 4), float(1, 2, 2, 2));
    expect(y).toEqual([5, 7, 13, 15, 21, 23, 29, 31]);
    const cube: PoolAttrs = {
      fn: 'sum',
      window: [2, 1, 2],
      strides: [1, 1, 1],
      padding: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      dilation: [1, 1, 2],
      layout: 'channelsLast',
    };
    const sums = await pooled(cube, x.slice(0, 24), float(1, 2, 2, 3, 2), float(1, 1, 2, 1, 2));
    expect(sums).toEqual([32, 36, 56, 60]);
  });

  test('hands its results to an epilogue', async () => {
    const out = { kind: 'slot', slot: 1 } as const;
    const epilogue = {
      bindings: ['write'] as const,
      operands: [out],
      params: [100],
      text: (binding: number, word: number): string =>
        `@group(0) @binding(${binding}) var<storage, read_write> result: array<f32>;
fn finish(index: u32, value: f32) {
  result[index] = value + f32(p[${word >> 2}][${word & 3}]);
}\n`,
    };
    const [from, to] = [float(1, 4, 4, 1), float(1, 2, 2, 1)];
    const inputs = [{ aval: from, data: Float32Array.from(KNOWN) }];
    const node = { op: 'pool', attrs: HALVING } as const;
    const [y] = await device.run(pool, node, inputs, [to], { epilogue });
    expect(Array.from(y!)).toEqual([104, 105, 109, 106]);
  });
});

describe('poolGrad', () => {
  test('gives all to the first maximum', async () => {
    const parts = [KNOWN, [4, 5, 9, 6], [1, 2, 3, 4]] as const;
    expect(await gradient(HALVING, parts, float(1, 4, 4, 1), float(1, 2, 2, 1))).toEqual([
      0, 0, 2, 0, 1, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0,
    ]);
  });

  test('takes the first NaN of a window for its maximum, and -0 for 0', async () => {
    const parts = [
      [1, NaN, -0, 0, NaN, 2, -1, 0],
      [NaN, 0],
      [5, 6],
    ] as const;
    const from = float(1, 2, 4, 1);
    expect(await gradient(HALVING, parts, from, float(1, 1, 2, 1))).toEqual([
      0, 5, 6, 0, 0, 0, 0, 0,
    ]);
  });

  test('adds up where windows overlap', async () => {
    // Windows of 3 × 3 around every second place; the middle of a 3 × 3 value is in all four.
    const x = [0, 0, 0, 0, 9, 0, 0, 0, 0];
    const parts = [x, [9, 9, 9, 9], [1, 2, 4, 8]] as const;
    const [from, to] = [float(1, 3, 3, 1), float(1, 2, 2, 1)];
    expect(await gradient(SAME, parts, from, to)).toEqual([0, 0, 0, 0, 15, 0, 0, 0, 0]);
    expect(await gradient({ ...SAME, fn: 'sum' }, parts, from, to)).toEqual([
      1, 3, 2, 5, 15, 10, 4, 12, 8,
    ]);
  });

  test('finds the windows of a dilated tap', async () => {
    const attrs: PoolAttrs = {
      fn: 'sum',
      window: [2],
      strides: [2],
      padding: [[0, 0]],
      dilation: [3],
      layout: 'channelsLast',
    };
    const parts = [
      [0, 0, 0, 0, 0, 0],
      [0, 0],
      [1, 2],
    ] as const;
    const y = await gradient(attrs, parts, float(1, 6, 1), float(1, 2, 1));
    expect(y).toEqual([1, 0, 2, 1, 0, 2]);
  });
});

test('takes four channels as a vector', async () => {
  const times = (values: readonly number[]): number[] =>
    values.flatMap((value) => [1, 2, 3, 4].map((c) => c * value));
  const [from, to] = [float(1, 4, 4, 4), float(1, 2, 2, 4)];
  expect(await pooled(HALVING, times(KNOWN), from, to)).toEqual(times([4, 5, 9, 6]));
  const result = await gradient(
    HALVING,
    [times(KNOWN), times([4, 5, 9, 6]), times([1, 2, 3, 4])],
    from,
    to,
  );
  expect(result).toEqual(times([0, 0, 2, 0, 1, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]));
  const x = [0, 0, 0, 0, 9, 0, 0, 0, 0];
  const parts = [times(x), times([9, 9, 9, 9]), times([1, 2, 4, 8])] as const;
  const sum = await gradient(SAME, parts, float(1, 3, 3, 4), to);
  expect(sum).toEqual(times([0, 0, 0, 0, 15, 0, 0, 0, 0]));
});

test.each([true, false])('gives nothing to what lies in no window (%p)', async (quadLoads) => {
  const attrs: PoolAttrs = {
    fn: 'sum',
    window: [2],
    strides: [3],
    padding: [[1, 0]],
    dilation: [1],
    layout: 'channelsLast',
  };
  const [from, to] = [float(1, 7, 1), float(1, 2, 1)];
  const sum = await gradient(
    attrs,
    [
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0],
      [1, 2],
    ],
    from,
    to,
    {
      quadLoads,
    },
  );
  expect(sum).toEqual([1, 0, 2, 2, 0, 0, 0]);
  const parts = [
    [4, 4, 7, 7, 7, 7, 7],
    [4, 7],
    [1, 2],
  ] as const;
  const max = await gradient({ ...attrs, fn: 'max' }, parts, from, to, { quadLoads });
  expect(max).toEqual([1, 0, 2, 0, 0, 0, 0]);
});
