import { expect, test } from '@jest/globals';
import { ArgumentError, layers, random, utils } from '../index.ts';

test('toCategorical makes one-hot rows', async () => {
  expect(await utils.toCategorical([0, 2]).array()).toEqual([
    [1, 0, 0],
    [0, 0, 1],
  ]);
  expect(await utils.toCategorical([[1]], 2).array()).toEqual([[0, 1]]);
  expect(() => utils.toCategorical([3], 3)).toThrow(ArgumentError);
  expect(() => utils.toCategorical([0.5])).toThrow(ArgumentError);
});

test('padSequences fills up and cuts at the front, or at the back', async () => {
  const sequences = [[1], [2, 3], [4, 5, 6]];
  expect(await utils.padSequences(sequences).array()).toEqual([
    [0, 0, 1],
    [0, 2, 3],
    [4, 5, 6],
  ]);
  const options = { maxlen: 2, padding: 'post', truncating: 'post', value: 9 } as const;
  expect(await utils.padSequences(sequences, options).array()).toEqual([
    [1, 9],
    [2, 3],
    [4, 5],
  ]);
  expect(utils.padSequences(sequences).dtype).toBe('int32');
  expect(() => utils.padSequences([[1]], { padding: 'left' as never })).toThrow(ArgumentError);
  expect(() => utils.padSequences([1 as never])).toThrow(/sequence 0/);
});

test('a seed makes initial weights and random ops repeatable', async () => {
  const draw = async (): Promise<unknown> => {
    utils.setRandomSeed(3);
    const dense = layers.dense({ units: 2 });
    dense.build([null, 2]);
    return [await dense.weights[0].value.array(), await random.normal([2]).array()];
  };
  expect(await draw()).toEqual(await draw());
});

test('clearSession begins names again', () => {
  utils.clearSession();
  expect(layers.dense({ units: 1 }).name).toBe('dense');
  utils.clearSession();
  expect(layers.dense({ units: 1 }).name).toBe('dense');
});

test('memory tells how much the backend holds', () => {
  expect(utils.memory().liveBytes).toBeGreaterThanOrEqual(0);
});
