import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CpuBackend } from '@addax/backend-cpu';
import { floatToHalf, halfToFloat } from '@addax/core';
import { logSoftmax, softmax } from '@addax/core/graph-ops';
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

const reference = new CpuBackend({ dialect: 'js' });
let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

const EDGES = floats(
  [5, 4],
  [
    [-Infinity, 0, 1, 2],
    [-Infinity, -Infinity, -Infinity, -Infinity],
    [1, NaN, 2, -Infinity],
    [3, Infinity, 1, 0],
    [1e30, -1e30, 88, 1],
  ].flat(),
);

describe.each([
  ['a thread for each row', false],
  ['threads that share a row', true],
])('softmax by %s', (_, workgroupTiles) => {
  const differs = async (x: CompositeInput, bind: typeof softmax): Promise<number> =>
    distance(await runComposite(device, reference, [x], (y) => bind(y), { workgroupTiles }));

  test('takes short rows, and rows longer than a workgroup', async () => {
    expect(await differs(numbers([37, 5], 1, 9), softmax)).toBeLessThan(1e-6);
    expect(await differs(numbers([3, 3000], 2, 9), softmax)).toBeLessThan(1e-6);
    expect(await differs(numbers([2, 1501], 3, 9), logSoftmax)).toBeLessThan(2e-6);
  });

  test('makes NaN of rows with NaN or +∞ or nothing but −∞', async () => {
    expect(await differs(EDGES, softmax)).toBeLessThan(1e-6);
    expect(await differs(EDGES, logSoftmax)).toBeLessThan(1e-6);
  });

  test('is what it is on the cpu for any shape', async () => {
    const shapes = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 80 }),
    );
    const property = fc.asyncProperty(shapes, fc.nat(1000), fc.boolean(), async (...given) => {
      const [shape, seed, takesLogarithm] = given;
      const bind = takesLogarithm ? logSoftmax : softmax;
      expect(await differs(numbers(shape, seed, 30), bind)).toBeLessThan(4e-6);
    });
    await fc.assert(property, { numRuns: 12 });
  });
});

test.each([true, false])('results of float16 are rounded, also in words: %s', async (native) => {
  const halfFloats = native && device.abilities.halfFloats;
  for (const x of [numbers([3, 8], 1, 4), numbers([3, 5], 2, 4)].map(halves)) {
    const both = await runComposite(device, reference, [x], (y) => softmax(y), { halfFloats });
    expect(distance(both)).toBeLessThan(1e-3);
    expect(both.actual.map((value) => halfToFloat(floatToHalf(value)))).toEqual(both.actual);
  }
});
