import { expect, test } from '@jest/globals';
import { layers, tensor } from '../../index.ts';

test('each position gets mean 0 and variance 1, then scale and offset', async () => {
  const layer = layers.layerNormalization({ epsilon: 0 });
  layer.build([null, 2]);
  layer.setWeights([
    [1, 2],
    [0, 5],
  ]);
  expect(
    await layer(
      tensor([
        [1, 3],
        [10, 30],
      ]),
    ).array(),
  ).toEqual([
    [-1, 7],
    [-1, 7],
  ]);
});

test('several axes are one; gamma and beta have their shape', () => {
  const layer = layers.layerNormalization({ axis: [2, 1], center: false });
  layer.build([null, 3, 4]);
  expect(layer.weights.map(({ name, shape }) => [name, shape])).toEqual([['gamma', [3, 4]]]);
});

test('group and unit normalisation divide what belongs together', async () => {
  const groups = layers.groupNormalization({ groups: 2, epsilon: 0 });
  expect(await groups(tensor([[1, 3, 10, 30]])).array()).toEqual([[-1, 1, -1, 1]]);
  const [row] = (await layers
    .unitNormalization()(tensor([[3, 4]]))
    .array()) as number[][];
  expect(row.map((v) => Math.round(v * 1e6) / 1e6)).toEqual([0.6, 0.8]);
});
