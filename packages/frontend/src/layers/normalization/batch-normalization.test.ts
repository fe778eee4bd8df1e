import { expect, test } from '@jest/globals';
import { layers, type Tensor, tensor } from '../../index.ts';

const x = tensor([[1], [3]]);
const round = async (t: Tensor) =>
  Array.from((await t.cast('float32').data()) as Float32Array, (v) => Math.round(v * 1e3) / 1e3);

test('training uses the batch and moves the statistics towards it', async () => {
  const layer = layers.batchNormalization({ momentum: 0.9, epsilon: 0 });
  expect(await round(layer(x, { training: true }))).toEqual([-1, 1]);
  expect(await round(layer.movingMean.value)).toEqual([0.2]);
  expect(await round(layer.movingVariance.value)).toEqual([1]);
});

test('inference uses the moving statistics and leaves them alone', async () => {
  const layer = layers.batchNormalization({ epsilon: 0 });
  layer.build([null, 1]);
  layer.setWeights([[2], [1], [2], [4]]);
  expect(await round(layer(x))).toEqual([0, 2]);
  expect(await round(layer.movingMean.value)).toEqual([2]);
});

test('a frozen layer does not learn statistics', async () => {
  const layer = layers.batchNormalization({ trainable: false });
  layer(x, { training: true });
  expect(await round(layer.movingMean.value)).toEqual([0]);
});

test('masked positions do not count', async () => {
  const layer = layers.batchNormalization({ momentum: 0 });
  const sequence = tensor([[[1], [3], [100]]]);
  layer(sequence, { training: true, mask: tensor([[true, true, false]]) });
  expect(await round(layer.movingMean.value)).toEqual([2]);
  expect(await round(layer.movingVariance.value)).toEqual([1]);
});

test('weights are gamma, beta, moving mean and moving variance', () => {
  const layer = layers.batchNormalization({ axis: 1 });
  layer.build([null, 3, 8]);
  const names = layer.weights.map(({ name, shape, trainable }) => [name, shape[0], trainable]);
  expect(names).toEqual([
    ['gamma', 3, true],
    ['beta', 3, true],
    ['moving_mean', 3, false],
    ['moving_variance', 3, false],
  ]);
});
