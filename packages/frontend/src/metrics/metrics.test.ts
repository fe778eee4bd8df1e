import { expect, test } from '@jest/globals';
import { jit, metrics, type Tensor, tensor } from '../index.ts';

test('a mean goes over batches until it is reset', async () => {
  const metric = metrics.mean();
  metric.updateState([1, 3]);
  metric.updateState([5], { sampleWeight: [2] });
  expect(await metric.result().item()).toBe(3.5);
  metric.resetState();
  expect(await metric.result().item()).toBe(0);
});

test('state is updated inside a compiled function', async () => {
  const metric = new metrics.SparseCategoricalAccuracy();
  const step = jit((target: Tensor, scores: Tensor) => {
    metric.updateState(target, scores);
    return metric.result();
  });
  const scores = tensor([
    [0.1, 0.9],
    [0.8, 0.2],
  ]);
  expect(await step(tensor([1, 1]), scores).item()).toBe(0.5);
  expect(await step(tensor([1, 0]), scores).item()).toBe(0.75);
});

test('accuracy is chosen by shapes and keeps its name', () => {
  const chosen = metrics.get('accuracy', { yTrue: [4], yPred: [4, 3] });
  expect(chosen).toBeInstanceOf(metrics.SparseCategoricalAccuracy);
  expect(chosen.name).toBe('accuracy');
  expect(metrics.get('acc', { yTrue: [4, 1], yPred: [4, 1] }).name).toBe('acc');
});

test('log keys are Keras’ own words', () => {
  expect(metrics.get('meanSquaredError').name).toBe('mean_squared_error');
  expect(metrics.get('mse').name).toBe('mse');
});

test('precision and recall at several thresholds', async () => {
  const options = { thresholds: [0.3, 0.6] };
  const precision = metrics.precision(options);
  const recall = metrics.recall(options);
  for (const metric of [precision, recall]) metric.updateState([1, 0, 1, 0], [0.9, 0.5, 0.4, 0.1]);
  const [low, high] = (await precision.result().array()) as number[];
  expect(low).toBeCloseTo(2 / 3);
  expect(high).toBe(1);
  expect(await recall.result().array()).toEqual([1, 0.5]);
});

test('the area under the ROC curve of a perfect order is one', async () => {
  const metric = metrics.auc();
  metric.updateState([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]);
  expect(await metric.result().item()).toBeCloseTo(1, 5);
});

test('a function of targets and predictions is a metric', async () => {
  const metric = metrics.get(function bias(target: Tensor, prediction: Tensor) {
    return prediction.sub(target);
  });
  expect(metric.name).toBe('bias');
  (metric as InstanceType<typeof metrics.MeanMetricWrapper>).updateState([1, 2], [2, 4]);
  expect(await (metric.result() as Tensor).item()).toBe(1.5);
});
