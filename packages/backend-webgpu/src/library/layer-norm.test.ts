import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CpuBackend } from '@addax/backend-cpu';
import type { Tensor } from '@addax/core';
import { layerNorm } from '@addax/core/graph-ops';
import fc from 'fast-check';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import {
  type CompositeInput,
  distance,
  floats,
  numbers,
  runComposite,
} from '../testing/composites.ts';

const reference = new CpuBackend({ dialect: 'js' });
let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

describe.each([
  ['a thread for each row', false],
  ['threads that share a row', true],
])('layerNorm by %s', (_, workgroupTiles) => {
  const differs = async (
    inputs: readonly CompositeInput[],
    axis: number | readonly number[] = -1,
  ): Promise<number> => {
    const bind = (x: Tensor, scale?: Tensor, offset?: Tensor): Tensor =>
      layerNorm(x, { axis, epsilon: 1e-5, scale, offset });
    return distance(await runComposite(device, reference, inputs, bind, { workgroupTiles }));
  };

  test('goes over the last axes, with and without scale and offset', async () => {
    const x = numbers([4, 6, 10], 1, 3);
    expect(await differs([x])).toBeLessThan(4e-6);
    expect(await differs([x, numbers([10], 2)])).toBeLessThan(4e-6);
    const plane = [numbers([6, 10], 3), numbers([6, 10], 4)];
    expect(await differs([x, ...plane], [1, 2])).toBeLessThan(4e-6);
  });

  test('keeps the variance of values far from zero', async () => {
    const row = Array.from({ length: 512 }, (_, i) => 10_000 + (i % 2));
    expect(await differs([floats([1, 512], row)])).toBeLessThan(1e-3);
  });

  test('is what it is on the cpu for any shape', async () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 2, max: 90 }));
    const property = fc.asyncProperty(shapes, fc.nat(1000), async (shape, seed) => {
      const affine = [numbers([shape[1]], seed + 1), numbers([shape[1]], seed + 2)];
      expect(await differs([numbers(shape, seed, 5), ...affine])).toBeLessThan(2e-5);
    });
    await fc.assert(property, { numRuns: 10 });
  });
});

test('an offset may stand without a scale', async () => {
  const both = await runComposite(
    device,
    reference,
    [floats([1, 2], [1, 3]), floats([2], [10, 20])],
    (x, offset) => layerNorm(x, { axis: 1, epsilon: 0, offset }),
  );
  expect(both.actual).toEqual([9, 21]);
  expect(both.expected).toEqual([9, 21]);
});
