import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import { randomBits } from './random.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

async function bits(key: readonly number[], count: number): Promise<number[]> {
  const [words] = await device.run(
    randomBits,
    { op: 'randomBits', attrs: { shape: [count] } },
    [{ aval: { shape: [2], dtype: 'uint32' }, data: Uint32Array.from(key) }],
    [{ shape: [count], dtype: 'uint32' }],
  );
  return [...words!];
}

test('bits are those of Threefry with twenty rounds', async () => {
  expect(await bits([0, 0], 2)).toEqual([0x6b200159, 0x99ba4efe]);
});

test('elements 2i and 2i + 1 are the words of block i, whatever the count', async () => {
  const many = await bits([0x13198a2e, 0x03707344], 301);
  expect(await bits([0x13198a2e, 0x03707344], 3)).toEqual(many.slice(0, 3));
  expect(new Set(many).size).toBe(301);
});
