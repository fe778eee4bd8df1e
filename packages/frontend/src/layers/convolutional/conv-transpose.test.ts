import { expect, test } from '@jest/globals';
import { ArgumentError, input, layers, tensor } from '../../index.ts';

test('each element writes a scaled kernel', async () => {
  const layer = layers.conv2dTranspose({ filters: 1, kernelSize: 2, strides: 2, useBias: false });
  layer.build([null, 1, 2, 1]);
  layer.setWeights([
    [
      [[[1]], [[2]]],
      [[[3]], [[4]]],
    ],
  ]);
  expect(await layer(tensor([[[[1], [10]]]])).array()).toEqual([
    [
      [[1], [2], [10], [20]],
      [[3], [4], [30], [40]],
    ],
  ]);
});

test('same padding multiplies the size by the strides, outputPadding adds to it', () => {
  const shape = (options: object) =>
    layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, ...options })(
      input({ shape: [7, 7, 2] }),
    ).shape;
  expect(shape({ padding: 'same' })).toEqual([null, 14, 14, 3]);
  expect(shape({})).toEqual([null, 15, 15, 3]);
  expect(shape({ outputPadding: 1 })).toEqual([null, 16, 16, 3]);
  expect(() => shape({ outputPadding: 2 })).toThrow(ArgumentError);
});
