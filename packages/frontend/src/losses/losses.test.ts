import { expect, test } from '@jest/globals';
import { ArgumentError, losses, ops, setMask, type Tensor, tensor } from '../index.ts';

const yTrue = tensor([
  [0, 1],
  [0, 0],
]);
const yPred = tensor([
  [1, 1],
  [1, 0],
]);

test('functions give one value per sample, losses one number', async () => {
  expect(await losses.meanSquaredError(yTrue, yPred).array()).toEqual([0.5, 0.5]);
  expect(await new losses.MeanSquaredError()(yTrue, yPred).item()).toBe(0.5);
});

test.each([
  ['sumOverBatchSize', 0.25],
  ['mean', 0.25],
  ['sum', 0.5],
  ['meanWithSampleWeight', 0.5],
] as const)('reduction %s of weighted values', async (reduction, expected) => {
  const loss = new losses.MeanSquaredError({ reduction });
  expect(await loss(yTrue, yPred, { sampleWeight: [0.7, 0.3] }).item()).toBeCloseTo(expected);
});

test('reduction none keeps the values', async () => {
  const loss = new losses.MeanSquaredError({ reduction: 'none' });
  expect(await loss(yTrue, yPred, { sampleWeight: [2, 0] }).array()).toEqual([1, 0]);
});

test('the mean is over what a mask lets through', async () => {
  const loss = new losses.MeanAbsoluteError();
  const prediction = tensor([[3], [5]]);
  setMask(prediction, tensor([true, false]));
  expect(await loss(tensor([[1], [1]]), prediction).item()).toBe(2);
});

test('an ignored class does not count', async () => {
  const loss = new losses.SparseCategoricalCrossentropy({ ignoreClass: 0 });
  const value = loss(
    [0, 1],
    tensor([
      [0.5, 0.5],
      [0.5, 0.5],
    ]),
  );
  expect(await value.item()).toBeCloseTo(Math.log(2), 5);
});

test('crossentropy is chosen by shapes', () => {
  const kind = (target: number[], prediction: number[]): string =>
    losses.get('crossentropy', { yTrue: target, yPred: prediction }).name;
  expect(kind([8, 1], [8, 1])).toBe('binary_crossentropy');
  expect(kind([8], [8, 10])).toBe('sparse_categorical_crossentropy');
  expect(kind([8, 1], [8, 10])).toBe('sparse_categorical_crossentropy');
  expect(kind([8, 10], [8, 10])).toBe('categorical_crossentropy');
});

test('a function is a loss', async () => {
  const loss = losses.get((target: Tensor, prediction: Tensor) =>
    ops.mean(ops.abs(target.sub(prediction)), { axis: -1 }),
  );
  expect(await loss(yTrue, yPred).item()).toBe(0.5);
});

test('Keras’ own words are accepted as options', () => {
  const reduction = 'sum_over_batch_size' as 'sumOverBatchSize';
  expect(new losses.Hinge({ reduction }).reduction).toBe('sumOverBatchSize');
  expect(() => new losses.Hinge({ reduction: 'average' as 'mean' })).toThrow(ArgumentError);
});

test('options come back from getConfig', () => {
  const loss = new losses.Huber({ delta: 2, reduction: 'sum' });
  expect(loss.getConfig()).toEqual({ name: 'huber_loss', reduction: 'sum', delta: 2 });
});
