import { expect, test } from '@jest/globals';
import { getMask, layers, tensor } from '../../index.ts';

const x = tensor([
  [
    [0, 0],
    [1, 0],
    [-1, -1],
  ],
]);

test('steps of nothing but zeros are masked', async () => {
  expect(await getMask(layers.masking()(x))!.array()).toEqual([[0, 1, 1]]);
});

test('another value may mark padding; its steps become zero', async () => {
  const y = layers.masking({ maskValue: -1 })(x);
  expect(await getMask(y)!.array()).toEqual([[1, 1, 0]]);
  expect(await y.array()).toEqual([
    [
      [0, 0],
      [1, 0],
      [0, 0],
    ],
  ]);
});

test('layers pass the mask on, and recurrent layers skip what it hides', async () => {
  const layer = layers.simpleRNN({ units: 1, activation: 'linear', useBias: false });
  layer.build([null, 3, 1]);
  layer.setWeights([[[1]], [[1]]]);
  const padded = layers.masking({ maskValue: 9 })(tensor([[[1], [2], [9]]]));
  expect(await layer(layers.dropout({ rate: 0.5 })(padded)).array()).toEqual([[3]]);
});
