import { expect, test } from '@jest/globals';
import { ArgumentError, input, layers, ShapeError, tensor } from '../../index.ts';

test('dense is activation(x · kernel + bias)', async () => {
  const layer = layers.dense({ units: 2, activation: 'relu' });
  layer.build([null, 3]);
  layer.setWeights([
    [
      [1, -1],
      [2, 0],
      [3, 1],
    ],
    [10, -1],
  ]);
  expect(await layer(tensor([[1, 2, 3]])).array()).toEqual([[24, 1]]);
  expect(await layer(tensor([[1, 0, 0]])).array()).toEqual([[11, 0]]);
});

test('dense works on the last axis, whatever the rank', () => {
  const y = layers.dense({ units: 4 })(input({ shape: [7, 3] }));
  expect(y.shape).toEqual([null, 7, 4]);
});

test('without bias there is one weight', () => {
  const layer = layers.dense({ units: 2, useBias: false });
  layer.build([null, 3]);
  expect(layer.weights.map(({ path, shape }) => [path, shape])).toEqual([
    [`${layer.name}/kernel`, [3, 2]],
  ]);
});

test('an input of another size is an error that names layer, sizes and shape', () => {
  const layer = layers.dense({ units: 10, name: 'head' });
  layer.build([null, 32]);
  expect(() => layer(input({ shape: [20] }))).toThrow(ShapeError);
  expect(() => layer(input({ shape: [20] }))).toThrow(
    /Dense "head": input has 20 features on its last axis but .* built for 32 .*\[null, 20\]/,
  );
});

test('an unknown number of features, units of zero and unknown options are errors', () => {
  expect(() => layers.dense({ units: 1 })(input({ shape: [null] }))).toThrow(ShapeError);
  expect(() => layers.dense({ units: 0 })).toThrow(ArgumentError);
  expect(() => layers.dense({ units: 1, unit: 2 } as { units: number })).toThrow(
    /unknown option "unit"/,
  );
});

test('the configuration makes an equal layer', () => {
  const layer = layers.dense({ units: 3, kernelRegularizer: 'l2', biasInitializer: 'ones' });
  const config = layer.getConfig();
  expect(new layers.Dense(config as never).getConfig()).toEqual(config);
});
