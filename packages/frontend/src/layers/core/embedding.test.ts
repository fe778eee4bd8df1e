import { expect, test } from '@jest/globals';
import { getMask, input, layers, tensor } from '../../index.ts';

test('integers become the rows of the table', async () => {
  const layer = layers.embedding({ inputDim: 3, outputDim: 2 });
  layer.build([null, 2]);
  layer.setWeights([
    [
      [0, 0],
      [1, 2],
      [3, 4],
    ],
  ]);
  expect(await layer(tensor([[2, 1]], undefined, 'int32')).array()).toEqual([
    [
      [3, 4],
      [1, 2],
    ],
  ]);
});

test('maskZero marks the zeros, and only it gives a mask', async () => {
  const ids = tensor([[4, 0, 1]], undefined, 'int32');
  const masked = layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true })(ids);
  expect(await getMask(masked)!.array()).toEqual([[1, 0, 1]]);
  expect(getMask(layers.embedding({ inputDim: 5, outputDim: 2 })(ids))).toBeUndefined();
});

test('the number of steps may be unknown', () => {
  const x = input({ shape: [null], dtype: 'int32' });
  expect(layers.embedding({ inputDim: 5, outputDim: 2 })(x).shape).toEqual([null, null, 2]);
});
