import { expect, test } from '@jest/globals';
import { ArgumentError, input, jit, layers, ShapeError, type Tensor, tensor } from '../../index.ts';

const linspace = tensor([
  [
    [-1, -0.6],
    [-0.2, 0.2],
    [0.6, 1],
  ],
]);

const rounded = (values: unknown): unknown =>
  Array.isArray(values) ? values.map(rounded) : Math.round((values as number) * 1e6) / 1e6;

function counting(rows: number, divisor: number): number[][] {
  const columns = 16 / rows;
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (__, j) => (i * columns + j) / divisor),
  );
}

function keras(options: object) {
  const layer = layers.lstm({ units: 2, returnSequences: true, ...options });
  layer.build([null, 3, 2]);
  layer.setWeights([counting(2, 10), counting(2, 20), [0, 1, 2, 3, 4, 5, 6, 7].map((i) => i / 8)]);
  return layer;
}

const KERAS = [
  [
    [-0.069348, -0.069114],
    [0.113224, 0.15282],
    [0.626887, 0.694496],
  ],
];

test('the outputs are those of Keras for the same weights', async () => {
  expect(rounded(await keras({})(linspace).array())).toEqual(KERAS);
});

test('the loop over the cell gives what the composite gives', async () => {
  const cell = layers.lstmCell({ units: 2 });
  const looped = layers.rnn({ cell, returnSequences: true });
  looped.build([null, 3, 2]);
  looped.setWeights(keras({}).getWeights());
  expect(rounded(await looped(linspace).array())).toEqual(KERAS);
});

test('compiled equals eager', async () => {
  const layer = keras({ activation: 'softsign' });
  const compiled = jit((x: Tensor) => layer(x));
  expect(await compiled(linspace).array()).toEqual(await layer(linspace).array());
});

test('goBackwards gives the outputs in the order they are computed', async () => {
  const flipped = tensor([
    [
      [0.6, 1],
      [-0.2, 0.2],
      [-1, -0.6],
    ],
  ]);
  const backwards = keras({ goBackwards: true })(flipped);
  expect(rounded(await backwards.array())).toEqual(KERAS);
});

test('returnState adds the hidden and the cell state; initialState takes them back', async () => {
  const layer = keras({ returnState: true, returnSequences: false });
  const call = layer as unknown as (x: Tensor, options?: object) => Tensor[];
  const [output, hidden, cell] = call(linspace);
  expect(await hidden.array()).toEqual(await output.array());
  const first = tensor([[[-1, -0.6]]]);
  const rest = tensor([
    [
      [-0.2, 0.2],
      [0.6, 1],
    ],
  ]);
  const [, h, c] = call(first);
  const [continued, , last] = call(rest, { initialState: [h, c] });
  expect(rounded(await continued.array())).toEqual(rounded(await output.array()));
  expect(rounded(await last.array())).toEqual(rounded(await cell.array()));
});

test('masked steps keep output and state of the step before', async () => {
  const mask = tensor([[true, false, false]]);
  const [first] = KERAS[0];
  expect(rounded(await keras({})(linspace, { mask }).array())).toEqual([[first, first, first]]);
});

test('a stateful layer goes on where the last batch ended, until it is reset', async () => {
  const layer = layers.lstm({ units: 2, stateful: true, batchInputShape: [1, 1, 2] });
  const step = tensor([[[1, 2]]]);
  const first = await layer(step).array();
  expect(await layer(step).array()).not.toEqual(first);
  layer.resetState();
  expect(await layer(step).array()).toEqual(first);
  expect(layer.weights.length).toBe(3);
  expect(() => layer(tensor([[[1, 2]], [[3, 4]]]))).toThrow(ArgumentError);
});

test('the forget gate starts open: its bias is 1', async () => {
  const layer = layers.lstm({ units: 1 });
  layer.build([null, null, 1]);
  expect(await layer.cell.bias!.value.array()).toEqual([0, 1, 0, 0]);
});

test('dropout is drawn once for all steps, in training only', async () => {
  const layer = layers.lstm({ units: 4, dropout: 0.5, recurrentDropout: 0.5, seed: 1 });
  const plain = await layer(linspace).array();
  expect(await layer(linspace).array()).toEqual(plain);
  expect(await layer(linspace, { training: true }).array()).not.toEqual(plain);
});

test('the number of steps may be unknown; the rank may not vary', () => {
  expect(layers.lstm({ units: 4 })(input({ shape: [null, 3] })).shape).toEqual([null, 4]);
  expect(() => layers.lstm({ units: 4 })(input({ shape: [3] }))).toThrow(ShapeError);
});
