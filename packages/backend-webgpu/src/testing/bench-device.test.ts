import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { flatGroups, shader } from '../library/words.ts';
import { type BenchDevice, openBenchDevice } from './bench-device.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

test('a shader sees its bindings, its parameters and the number of its thread', async () => {
  const double = shader({
    label: 'affine',
    bindings: [
      { use: 'read', type: 'f32' },
      { use: 'write', type: 'f32' },
    ],
    names: ['count', 'shift'],
    threads: 64,
    body: `  if (thread >= count) { return; }
  b1[o1 + thread] = b0[o0 + thread] * 2.0 + f32(shift);`,
  });
  const x = Float32Array.from({ length: 1000 }, (_, i) => i);
  const groups = flatGroups(1000, 64, 3);
  const [, y] = await device.runShader(double, [x, new Float32Array(1000)], [1000, 7], groups);
  expect(y).toEqual(x.map((v) => v * 2 + 7));
});
