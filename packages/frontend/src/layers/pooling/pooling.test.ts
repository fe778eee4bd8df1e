import { expect, test } from '@jest/globals';
import { input, layers, tensor } from '../../index.ts';

const image = tensor(
  Float32Array.from({ length: 9 }, (_, i) => i + 1),
  [1, 3, 3, 1],
);

test('windows of two by two do not overlap by default', async () => {
  expect(await layers.maxPooling2d()(image).array()).toEqual([[[[5]]]]);
  expect(await layers.averagePooling2d()(image).array()).toEqual([[[[3]]]]);
});

test('same padding keeps the edges, and means count what is there', async () => {
  const max = layers.maxPooling2d({ padding: 'same' })(image);
  expect(await max.array()).toEqual([
    [
      [[5], [6]],
      [[8], [9]],
    ],
  ]);
  const mean = layers.averagePooling2d({ padding: 'same' })(image);
  expect(await mean.array()).toEqual([
    [
      [[3], [4.5]],
      [[7.5], [9]],
    ],
  ]);
});

test('one and three axes work the same way', () => {
  expect(layers.maxPooling1d({ poolSize: 3 })(input({ shape: [9, 2] })).shape).toEqual([
    null,
    3,
    2,
  ]);
  const volume = input({ shape: [4, 4, 4, 1] });
  expect(layers.averagePooling3d()(volume).shape).toEqual([null, 2, 2, 2, 1]);
});

test('an input of another rank is an error', () => {
  expect(() => layers.maxPooling2d()(input({ shape: [9, 2] }))).toThrow(/4 axes/);
});
