import { expect, test } from '@jest/globals';
import { ArgumentError, getMask, input, layers, tensor } from '../../index.ts';

const steps = tensor([[[1], [2], [3]]]);

function both(options: object, inner: object = {}) {
  const layer = layers.simpleRNN({ units: 1, activation: 'linear', useBias: false, ...inner });
  const wrapped = layers.bidirectional({ layer, ...options });
  wrapped.build([null, 3, 1]);
  wrapped.setWeights([[[1]], [[1]], [[1]], [[10]]]);
  return wrapped;
}

test('the second direction starts at the end', async () => {
  expect(await both({})(steps).array()).toEqual([[6, 321]]);
});

test('sequences of both directions run side by side', async () => {
  const y = both({}, { returnSequences: true })(steps);
  expect(await y.array()).toEqual([
    [
      [1, 321],
      [3, 32],
      [6, 3],
    ],
  ]);
});

test('outputs are added, averaged, multiplied or left apart', async () => {
  expect(await both({ mergeMode: 'sum' })(steps).array()).toEqual([[327]]);
  expect(await both({ mergeMode: 'ave' })(steps).array()).toEqual([[163.5]]);
  expect(await both({ mergeMode: 'mul' })(steps).array()).toEqual([[1926]]);
  const apart = both({ mergeMode: null })(steps) as unknown as unknown[];
  expect(apart).toHaveLength(2);
  expect(() => both({ mergeMode: 'max' })).toThrow(ArgumentError);
});

test('masked steps are skipped in both directions, and the mask goes on', async () => {
  const mask = tensor([[true, true, false]]);
  const y = both({}, { returnSequences: true })(steps, { mask });
  expect(await y.array()).toEqual([
    [
      [1, 21],
      [3, 2],
      [0, 0],
    ],
  ]);
  expect(await getMask(y)!.array()).toEqual([[1, 1, 0]]);
});

test('its layers are copies, named for their direction', () => {
  const lstm = layers.lstm({ units: 2, name: 'reader' });
  const layer = layers.bidirectional({ layer: lstm });
  expect(layer.sublayers.map(({ name }) => name)).toEqual(['forward_reader', 'backward_reader']);
  expect(layer(input({ shape: [null, 3] })).shape).toEqual([null, 4]);
  expect(lstm.built).toBe(false);
});
