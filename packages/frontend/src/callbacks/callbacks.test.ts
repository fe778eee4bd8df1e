import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  ArgumentError,
  Callback,
  callbacks,
  layers,
  type Logs,
  optimizers,
  Sequential,
  utils,
} from '../index.ts';

beforeEach(() => {
  utils.clearSession();
  utils.setRandomSeed(1);
});

const x = [[1], [2]];
const silent = { verbose: 0 } as const;

function line(learningRate = 0.1): Sequential {
  const model = new Sequential([
    layers.dense({ units: 1, useBias: false, kernelInitializer: 'zeros', inputShape: [1] }),
  ]);
  model.compile({ optimizer: optimizers.sgd({ learningRate }), loss: 'mse' });
  return model;
}

/** Tells others what to believe: logs of each epoch as given. */
class Script extends Callback {
  readonly #values: readonly number[];
  constructor(values: readonly number[]) {
    super();
    this.#values = values;
  }
  override onEpochEnd(epoch: number, logs: Logs): void {
    logs['scripted_loss'] = this.#values[epoch]!;
  }
}

describe('order and logs', () => {
  test('hooks come in Keras’ order', async () => {
    const seen: string[] = [];
    const hooks = Object.fromEntries(
      [
        'onTrainBegin',
        'onEpochBegin',
        'onTrainBatchBegin',
        'onTrainBatchEnd',
        'onTestBegin',
        'onTestBatchBegin',
        'onTestBatchEnd',
        'onTestEnd',
        'onEpochEnd',
        'onTrainEnd',
      ].map((name) => [name, () => void seen.push(name)]),
    );
    const watch = new callbacks.LambdaCallback(hooks);
    await line().fit(x, x, { callbacks: watch, validationData: [x, x], ...silent });
    expect(seen).toEqual([
      'onTrainBegin',
      'onEpochBegin',
      'onTrainBatchBegin',
      'onTrainBatchEnd',
      'onTestBegin',
      'onTestBatchBegin',
      'onTestBatchEnd',
      'onTestEnd',
      'onEpochEnd',
      'onTrainEnd',
    ]);
  });

  test('batch hooks get exact numbers of their batch', async () => {
    const losses: number[] = [];
    const watch = callbacks.lambdaCallback({
      onTrainBatchEnd: (_, logs) => void losses.push(logs['loss']),
    });
    const data = Array.from({ length: 4 }, () => [1]);
    await line(0).fit(data, [[0], [0], [3], [3]], {
      batchSize: 1,
      shuffle: false,
      callbacks: watch,
      ...silent,
    });
    expect(losses).toEqual([0, 0, 3, 4.5]);
  });

  test('training waits for hooks that return promises', async () => {
    const seen: string[] = [];
    const slow = callbacks.lambdaCallback({
      onEpochEnd: async (epoch) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push(`end ${epoch}`);
      },
      onEpochBegin: (epoch) => void seen.push(`begin ${epoch}`),
    });
    await line().fit(x, x, { epochs: 2, callbacks: slow, ...silent });
    expect(seen).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1']);
  });

  test('history counts epochs from initialEpoch', async () => {
    const { epoch, params } = await line().fit(x, x, { initialEpoch: 2, epochs: 4, ...silent });
    expect(epoch).toEqual([2, 3]);
    expect(params).toEqual({ epochs: 4, steps: 1, verbose: 0 });
  });

  test('a hook that does not exist is refused', () => {
    expect(() => callbacks.lambdaCallback({ onEpoch: () => {} } as never)).toThrow(ArgumentError);
  });
});

describe('EarlyStopping', () => {
  test('ends after patience epochs without improvement, and restores the best weights', async () => {
    const model = line();
    const stop = callbacks.earlyStopping({
      monitor: 'scripted_loss',
      patience: 2,
      restoreBestWeights: true,
    });
    const weights: number[] = [];
    const keep = callbacks.lambdaCallback({
      onEpochEnd: async () => void weights.push(await model.weights[0].value.item()),
    });
    const { epoch } = await model.fit(x, x, {
      epochs: 10,
      callbacks: [new Script([3, 1, 2, 2, 2, 2]), keep, stop],
      ...silent,
    });
    expect(epoch).toEqual([0, 1, 2, 3]);
    expect(stop.stoppedEpoch).toBe(3);
    expect(await model.weights[0].value.item()).toBe(weights[1]);
  });

  test('more is better for accuracies; an unknown monitor is warned of and ends nothing', async () => {
    const warning = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const stop = callbacks.earlyStopping({ monitor: 'val_accuracy' });
    const { epoch } = await line().fit(x, x, { epochs: 3, callbacks: stop, ...silent });
    expect(epoch).toHaveLength(3);
    expect(warning.mock.calls[0][0]).toContain('"val_accuracy", which is not there');
    warning.mockRestore();
  });
});

describe('learning rates', () => {
  test('LearningRateScheduler sets the rate of each epoch and logs it', async () => {
    const schedule = callbacks.learningRateScheduler((epoch, rate) => (epoch === 0 ? rate : 0.01));
    const { history } = await line(0.5).fit(x, x, { epochs: 2, callbacks: schedule, ...silent });
    expect(history['learning_rate'].map((rate) => rate.toFixed(3))).toEqual(['0.500', '0.010']);
  });

  test('ReduceLROnPlateau lowers it after patience epochs, down to minLr', async () => {
    const model = line(1e-3);
    const reduce = callbacks.reduceLROnPlateau({
      monitor: 'scripted_loss',
      factor: 0.1,
      patience: 2,
      minLr: 5e-5,
    });
    const script = new Script([1, 1, 1, 1, 1, 1]);
    await model.fit(x, x, { epochs: 3, callbacks: [script, reduce], ...silent });
    expect(await model.optimizer.learningRate.item()).toBeCloseTo(1e-4, 8);
    await model.fit(x, x, { epochs: 6, callbacks: [script, reduce], ...silent });
    expect(await model.optimizer.learningRate.item()).toBeCloseTo(5e-5, 8);
    expect(() => callbacks.reduceLROnPlateau({ factor: 1 })).toThrow(ArgumentError);
  });
});

test('TerminateOnNaN ends training at the first loss that is no number', async () => {
  const seen: number[] = [];
  const watch = callbacks.lambdaCallback({ onTrainBatchEnd: (batch) => void seen.push(batch) });
  await line().fit([[1], [NaN], [1]], [[1], [1], [1]], {
    batchSize: 1,
    shuffle: false,
    callbacks: [callbacks.terminateOnNaN(), watch],
    ...silent,
  });
  expect(seen).toEqual([0, 1]);
});

test('CSVLogger writes a line per epoch and can go on with a file', async () => {
  const filename = join(mkdtempSync(join(tmpdir(), 'addax-')), 'log.csv');
  const model = line(0);
  await model.fit(x, x, { epochs: 2, callbacks: callbacks.csvLogger({ filename }), ...silent });
  const more = callbacks.csvLogger({ filename, append: true });
  await model.fit(x, x, { callbacks: more, ...silent });
  expect(readFileSync(filename, 'utf8')).toBe('epoch,loss\n0,2.5\n1,2.5\n0,2.5\n');
});
