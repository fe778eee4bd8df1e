import { expect, test } from '@jest/globals';
import { getMask, input, layers, tensor } from '../../index.ts';

const steps = tensor([
  [
    [1, 10],
    [3, 20],
    [8, 60],
  ],
]);

test('global pooling reduces all positions of a channel', async () => {
  expect(await layers.globalAveragePooling1d()(steps).array()).toEqual([[4, 30]]);
  expect(await layers.globalMaxPooling1d()(steps).array()).toEqual([[8, 60]]);
  expect(await layers.globalMaxPooling1d({ keepdims: true })(steps).array()).toEqual([[[8, 60]]]);
});

test('masked steps do not count in a mean, and the mask ends there', async () => {
  const y = layers.globalAveragePooling1d()(steps, { mask: tensor([[true, true, false]]) });
  expect(await y.array()).toEqual([[2, 15]]);
  expect(getMask(y)).toBeUndefined();
});

test('images keep their channels, wherever they are', () => {
  const last = layers.globalAveragePooling2d()(input({ shape: [null, null, 5] }));
  expect(last.shape).toEqual([null, 5]);
  const first = layers.globalMaxPooling2d({ dataFormat: 'channelsFirst' });
  expect(first(input({ shape: [5, 4, 4] })).shape).toEqual([null, 5]);
});
