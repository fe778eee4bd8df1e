import { expect, test } from '@jest/globals';
import { ArgumentError, layers, ops, tensor } from '../../index.ts';

const ones = ops.ones([4, 1000]);

test('dropout does nothing outside training, or at rate 0', async () => {
  const x = tensor([1, 2]);
  expect(await layers.dropout({ rate: 0.5 })(x).array()).toEqual([1, 2]);
  expect(await layers.dropout({ rate: 0 })(x, { training: true }).array()).toEqual([1, 2]);
});

test('in training a share is zero and the rest is scaled up', async () => {
  const data = await layers.dropout({ rate: 0.25, seed: 1 })(ones, { training: true }).data();
  const kept = [...data].filter((v) => v !== 0);
  expect(kept.length / data.length).toBeCloseTo(0.75, 1);
  expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.75)]));
});

test('each call drops others, and a seed repeats them', async () => {
  const layer = layers.dropout({ rate: 0.5, seed: 7 });
  const again = layers.dropout({ rate: 0.5, seed: 7 });
  const [first, second, repeated] = await Promise.all(
    [layer, layer, again].map((one) => one(ones, { training: true }).data()),
  );
  expect(first).not.toEqual(second);
  expect(repeated).toEqual(first);
});

test('spatial dropout drops whole channels', async () => {
  const layer = layers.spatialDropout1d({ rate: 0.5, seed: 3 });
  const y = (await layer(ops.ones([1, 3, 50]), { training: true }).array()) as number[][][];
  expect(y[0][0]).toEqual(y[0][1]);
  expect(new Set(y[0][0])).toEqual(new Set([0, 2]));
});

test('a rate is a number from 0 to 1', () => {
  expect(() => layers.dropout({ rate: 2 })).toThrow(ArgumentError);
});
