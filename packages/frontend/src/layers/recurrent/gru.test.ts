import { expect, test } from '@jest/globals';
import { layers, tensor } from '../../index.ts';

const rounded = (values: unknown): unknown =>
  Array.isArray(values) ? values.map(rounded) : Math.round((values as number) * 1e5) / 1e5;

const counting = (divisor: number): number[][] =>
  [0, 6].map((start) => [0, 1, 2, 3, 4, 5].map((i) => (start + i) / divisor));

test('the outputs are those of Keras for the same weights', async () => {
  const layer = layers.gru({ units: 2, returnSequences: true });
  layer.build([null, 3, 2]);
  layer.setWeights([counting(10), counting(20), counting(12)]);
  const x = tensor([
    [
      [-1, -0.6],
      [-0.2, 0.2],
      [0.6, 1],
    ],
  ]);
  expect(rounded(await layer(x).array())).toEqual([
    [
      [-0.09986, -0.1128],
      [0.2068, 0.18753],
      [0.39282, 0.33403],
    ],
  ]);
});

test('resetAfter has a bias for the input and one for the state', () => {
  const shapes = [true, false].map((resetAfter) => {
    const layer = layers.gru({ units: 2, resetAfter });
    layer.build([null, 3, 2]);
    return layer.cell.bias!.shape;
  });
  expect(shapes).toEqual([[2, 6], [6]]);
});
