import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Aval, DType, OpAttrs } from '@addax/core';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import { valueType } from '../storage.ts';
import { scatter } from './scatter.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

type Attrs = OpAttrs['scatter'];

interface Case {
  readonly x: readonly number[];
  readonly shape: readonly number[];
  readonly indices: readonly number[];
  readonly positions?: readonly number[];
  readonly updates: readonly number[];
  readonly dtype?: DType;
  readonly attrs?: Partial<Attrs>;
  readonly halfFloats?: boolean;
}

async function scattered(mode: Attrs['mode'], given: Case): Promise<number[]> {
  const { x, shape, indices, updates, dtype = 'float32', attrs, halfFloats = true } = given;
  const types = { f32: Float32Array, i32: Int32Array, u32: Uint32Array };
  const words = types[valueType(dtype)];
  const full: Attrs = { axis: 0, batchDims: 0, ...attrs, mode };
  const { axis, batchDims } = full;
  const positions = given.positions ?? [indices.length];
  const spread = [...shape.slice(0, axis), ...positions.slice(batchDims), ...shape.slice(axis + 1)];
  const operand: Aval = { shape, dtype };
  const [y] = await device.run(
    scatter,
    { op: 'scatter', attrs: full },
    [
      { aval: operand, data: words.from(x) },
      { aval: { shape: positions, dtype: 'int32' }, data: Int32Array.from(indices) },
      { aval: { shape: spread, dtype }, data: words.from(updates) },
    ],
    [operand],
    { abilities: { halfFloats } },
  );
  return Array.from(y!);
}

const short = (indices: number[], updates: number[]): Case => ({
  x: [10, 20, 30],
  shape: [3],
  indices,
  updates,
});

describe('few updates', () => {
  test('are written, added and compared; the last write wins', async () => {
    expect(await scattered('set', short([0, 2, 2], [1, 2, 3]))).toEqual([1, 20, 3]);
    expect(await scattered('add', short([1, 1, 0], [1, 2, 3]))).toEqual([13, 23, 30]);
    expect(await scattered('max', short([0, 0, 1], [11, 5, NaN]))).toEqual([11, NaN, 30]);
    expect(await scattered('min', short([2, 1], [7, 99]))).toEqual([10, 20, 7]);
  });

  test('are dropped where the index is out of range', async () => {
    expect(await scattered('add', short([-1, 3, 1], [1, 1, 1]))).toEqual([10, 21, 30]);
  });

  test('reach rows behind the axis and batches before it', async () => {
    const rows: Case = {
      x: [0, 0, 0, 0, 0, 0, 0, 0],
      shape: [2, 2, 2],
      indices: [1, 0],
      positions: [2, 1],
      updates: [1, 2, 3, 4],
      attrs: { axis: 1, batchDims: 1 },
    };
    expect(await scattered('set', rows)).toEqual([0, 0, 1, 2, 3, 4, 0, 0]);
  });

  test.each([true, false])('round sums of float16 once (with f16: %s)', async (halfFloats) => {
    const updates = Array.from({ length: 62 }, (_, i) => (i % 31 === 5 ? 4 : 0.25));
    const indices = updates.map((_, i) => (i % 31 === 5 ? 1 : i === 9 ? 3 : 0));
    const given: Case = { x: [2048, 1, 7], shape: [3], indices, updates, halfFloats };
    expect(await scattered('add', { ...given, dtype: 'float16' })).toEqual([2062, 9, 7]);
    expect(await scattered('max', { ...given, dtype: 'float16' })).toEqual([2048, 4, 7]);
    expect(await scattered('set', { ...given, dtype: 'float16' })).toEqual([0.25, 4, 7]);
  });

  test('wrap narrow integers', async () => {
    const bytes: Case = { x: [100, 0], shape: [2], indices: [0, 0], updates: [100, 100] };
    expect(await scattered('add', { ...bytes, dtype: 'int8' })).toEqual([44, 0]);
    expect(await scattered('add', { ...bytes, dtype: 'uint8' })).toEqual([44, 0]);
  });
});

/** Many updates of two batches, with long runs, short runs and indices out of range. */
function many(count: number, row: number, dtype: DType = 'float32'): Case {
  const size = 40;
  const indices = Array.from({ length: 2 * count }, (_, i) =>
    i % 3 === 0 ? 7 : ((i * i * 31) % 45) - 2,
  );
  const updates = Array.from({ length: 2 * count * row }, (_, i) => ((i * 37) % 101) - 50);
  const x = Array.from({ length: 2 * size * row }, (_, i) => i % 5);
  const attrs = { axis: 1, batchDims: 1 };
  return { x, shape: [2, size, row], indices, positions: [2, count], updates, dtype, attrs };
}

function expected(mode: Attrs['mode'], { x, shape, indices, updates }: Case): number[] {
  const out = Array.from(x);
  const [, size, row] = shape as [number, number, number];
  const count = indices.length / 2;
  for (const [i, index] of indices.entries()) {
    if (index < 0 || index >= size) continue;
    for (let r = 0; r < row; r++) {
      const to = (Math.floor(i / count) * size + index) * row + r;
      const value = updates[i * row + r]!;
      const join = { set: value, add: out[to]! + value, min: 0, max: 0 };
      join.min = Math.min(out[to]!, value);
      join.max = Math.max(out[to]!, value);
      out[to] = join[mode];
    }
  }
  return out;
}

describe('many updates', () => {
  test('are set: of equal indices the last', async () => {
    const given = many(300, 3);
    expect(await scattered('set', given)).toEqual(expected('set', given));
  });

  test.each(['add', 'min', 'max'] as const)('are joined in runs: %s', async (mode) => {
    const given = many(300, 3);
    expect(await scattered(mode, given)).toEqual(expected(mode, given));
  });

  test('are sorted across blocks', async () => {
    const given = many(5000, 1, 'int32');
    expect(await scattered('add', given)).toEqual(expected('add', given));
  });

  test('keep sums of narrow floats in full until they are rounded', async () => {
    const ones = Array.from({ length: 3000 }, () => 1);
    const zeros = ones.map(() => 0);
    const one: Case = { x: [0], shape: [1], indices: zeros, updates: ones, dtype: 'float16' };
    expect(await scattered('add', one)).toEqual([3000]);
    expect(await scattered('add', { ...one, halfFloats: false })).toEqual([3000]);
    expect(await scattered('set', { ...one, updates: ones.map((_, i) => i % 9) })).toEqual([2]);
  });
});
