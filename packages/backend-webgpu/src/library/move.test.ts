import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Aval } from '@addax/core';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import { concat, dynamicUpdateSlice, pad } from './move.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

const float = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });
const int = (...shape: number[]): Aval => ({ shape, dtype: 'int32' });

test('joins more operands than a launch can bind', async () => {
  const inputs = Array.from({ length: 10 }, (_, i) => ({
    aval: float(2, i % 3),
    data: Float32Array.from({ length: 2 * (i % 3) }, (_, k) => 10 * i + k),
  }));
  const node = { op: 'concat', attrs: { axis: 1 } } as const;
  const [y] = await device.run(concat, node, inputs, [float(2, 9)]);
  expect(Array.from(y!)).toEqual([
    10, 20, 21, 40, 50, 51, 70, 80, 81, 11, 22, 23, 41, 52, 53, 71, 82, 83,
  ]);
});

describe('pad', () => {
  test('puts a value before, after and between elements, or crops', async () => {
    const run = async (low: number[], high: number[], interior: number[], to: Aval) => {
      const inputs = [
        { aval: float(2, 3), data: Float32Array.of(1, 2, 3, 4, 5, 6) },
        { aval: float(), data: Float32Array.of(9) },
      ];
      const [y] = await device.run(pad, { op: 'pad', attrs: { low, high, interior } }, inputs, [
        to,
      ]);
      return Array.from(y!);
    };
    expect(await run([0, 1], [1, 0], [0, 1], float(3, 6))).toEqual([
      9, 1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 6, 9, 9, 9, 9, 9, 9,
    ]);
    expect(await run([1, -2], [0, -1], [0, 1], float(3, 2))).toEqual([9, 9, 2, 9, 5, 9]);
  });
});

describe('dynamicUpdateSlice', () => {
  const run = async (starts: number[]): Promise<number[]> => {
    const inputs = [
      { aval: float(2, 3), data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { aval: float(1, 2), data: Float32Array.of(8, 9) },
      { aval: int(2), data: Int32Array.from(starts) },
    ];
    const node = { op: 'dynamicUpdateSlice', attrs: {} } as const;
    const [y] = await device.run(dynamicUpdateSlice, node, inputs, [float(2, 3)]);
    return Array.from(y!);
  };

  test('replaces a window, clamped to fit', async () => {
    expect(await run([1, 0])).toEqual([1, 2, 3, 8, 9, 6]);
    expect(await run([5, 5])).toEqual([1, 2, 3, 4, 8, 9]);
    expect(await run([-5, -1])).toEqual([8, 9, 3, 4, 5, 6]);
  });

  test('serves seven axes too', async () => {
    const inputs = [
      { aval: int(1, 1, 1, 1, 1, 2, 2), data: Int32Array.of(1, 2, 3, 4) },
      { aval: int(1, 1, 1, 1, 1, 2, 1), data: Int32Array.of(8, 9) },
      { aval: int(7), data: Int32Array.of(0, 0, 0, 0, 0, 0, 1) },
    ];
    const node = { op: 'dynamicUpdateSlice', attrs: {} } as const;
    const [y] = await device.run(dynamicUpdateSlice, node, inputs, [inputs[0]!.aval]);
    expect(Array.from(y!)).toEqual([1, 8, 3, 9]);
  });
});
