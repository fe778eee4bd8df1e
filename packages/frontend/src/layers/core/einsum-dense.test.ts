import { expect, test } from '@jest/globals';
import { layers, ShapeError, tensor } from '../../index.ts';

test('the equation says which axes are summed and what the kernel looks like', async () => {
  const layer = layers.einsumDense({
    equation: 'abc,cd->abd',
    outputShape: [null, 2],
    biasAxes: 'd',
  });
  layer.build([null, 2, 2]);
  layer.setWeights([
    [
      [1, 2],
      [3, 4],
    ],
    [10, 20],
  ]);
  const y = layer(
    tensor([
      [
        [1, 0],
        [0, 1],
      ],
    ]),
  );
  expect(await y.array()).toEqual([
    [
      [11, 22],
      [13, 24],
    ],
  ]);
});

test('dots stand for leading or trailing axes', () => {
  const leading = layers.einsumDense({ equation: '...x,xy->...y', outputShape: 4, biasAxes: 'y' });
  leading.build([null, 3, 5, 2]);
  expect(leading.weights.map(({ shape }) => shape)).toEqual([[2, 4], [4]]);
  const trailing = layers.einsumDense({
    equation: 'ab...,bc->ac...',
    outputShape: 4,
    biasAxes: 'c',
  });
  trailing.build([null, 3, 5]);
  expect(trailing.weights.map(({ shape }) => shape)).toEqual([
    [3, 4],
    [4, 1],
  ]);
});

test('sizes that contradict each other are an error with the equation in it', () => {
  const layer = layers.einsumDense({ equation: 'abc,cd->abd', outputShape: [5, 2] });
  expect(() => layer.build([null, 3, 4])).toThrow(ShapeError);
  expect(() => layer.build([null, 3, 4])).toThrow(/abc,cd->abd.*axis "b" is 3 .* and 5/);
});
