import { expect, test } from '@jest/globals';
import { ArgumentError, input, layers, ShapeError, tensor } from '../../index.ts';

test('conv2d slides its kernel over rows and columns', async () => {
  const layer = layers.conv2d({ filters: 1, kernelSize: 2, useBias: false });
  layer.build([null, 3, 3, 1]);
  layer.setWeights([
    [
      [[[1]], [[0]]],
      [[[0]], [[1]]],
    ],
  ]);
  const image = tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), [1, 3, 3, 1]);
  expect(await layer(image).array()).toEqual([
    [
      [[6], [8]],
      [[12], [14]],
    ],
  ]);
});

test('strides and padding give Keras’ sizes, also of unknown images', () => {
  const shape = (options: object, x: readonly (number | null)[]) =>
    layers.conv2d({ filters: 8, kernelSize: 3, ...options })(input({ shape: x })).shape;
  expect(shape({}, [28, 28, 1])).toEqual([null, 26, 26, 8]);
  expect(shape({ strides: 2, padding: 'same' }, [7, 8, 1])).toEqual([null, 4, 4, 8]);
  expect(shape({}, [null, null, 3])).toEqual([null, null, null, 8]);
  expect(shape({ dataFormat: 'channelsFirst' }, [3, 9, 9])).toEqual([null, 8, 7, 7]);
});

test('a causal conv1d sees the past only', async () => {
  const layer = layers.conv1d({ filters: 1, kernelSize: 2, padding: 'causal', useBias: false });
  layer.build([null, 3, 1]);
  layer.setWeights([[[[1]], [[10]]]]);
  expect(await layer(tensor([[[1], [2], [3]]])).array()).toEqual([[[10], [21], [32]]]);
});

test('groups divide the channels of kernel and input', () => {
  const layer = layers.conv2d({ filters: 4, kernelSize: 1, groups: 2 });
  layer.build([null, 5, 5, 6]);
  expect(layer.kernel.shape).toEqual([1, 1, 3, 4]);
  expect(() => layers.conv2d({ filters: 3, kernelSize: 1, groups: 2 })).toThrow(ArgumentError);
  const odd = layers.conv2d({ filters: 4, kernelSize: 1, groups: 2 });
  expect(() => odd.build([null, 5, 5, 3])).toThrow(/multiple of groups/);
});

test('wrong options and channels are errors', () => {
  expect(() => layers.conv2d({ filters: 1, kernelSize: [3] })).toThrow(/kernelSize/);
  expect(() => layers.conv2d({ filters: 1, kernelSize: 3, padding: 'causal' })).toThrow(/padding/);
  expect(() => layers.conv2d({ filters: 1, kernelSize: 3, strides: 2, dilationRate: 2 })).toThrow(
    /cannot both/,
  );
  const layer = layers.conv2d({ filters: 1, kernelSize: 3 });
  layer.build([null, 8, 8, 3]);
  expect(() => layer(input({ shape: [8, 8, 1] }))).toThrow(ShapeError);
});
