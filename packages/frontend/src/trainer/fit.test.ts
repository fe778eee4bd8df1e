import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  callbacks,
  input,
  layers,
  losses,
  Model,
  ops,
  optimizers,
  random,
  Sequential,
  tensor,
  type Tensor,
  utils,
} from '../index.ts';

beforeEach(() => {
  utils.clearSession();
  utils.setRandomSeed(7);
});

/** A model whose one weight is trained by plain gradient descent; its loss can be followed by hand. */
function line(options: object = {}): Sequential {
  const model = new Sequential([
    layers.dense({ units: 1, useBias: false, kernelInitializer: 'zeros', inputShape: [1] }),
  ]);
  const optimizer = optimizers.sgd({ learningRate: 0.1 });
  model.compile({ optimizer, loss: 'meanSquaredError', ...options });
  return model;
}

const silent = { verbose: 0 } as const;

describe('steps', () => {
  test('a step is forward, backward and update', async () => {
    const model = line();
    expect(await model.trainOnBatch([[1], [2]], [[2], [4]])).toBeCloseTo(10);
    // d/dw mean((wx − y)²) at w = 0 is −2 · mean(xy) = −10.
    expect(await model.weights[0].value.item()).toBeCloseTo(1);
  });

  test('the last batch may be smaller, and counts by its samples', async () => {
    const model = line({ optimizer: optimizers.sgd({ learningRate: 0 }) });
    const x = [[1], [1], [1], [1], [1]];
    const y = [[0], [0], [0], [0], [5]];
    const { history } = await model.fit(x, y, { batchSize: 2, ...silent });
    expect(history['loss'][0]).toBeCloseTo(5);
  });

  test('compiled and eager runs are equal, bit for bit', async () => {
    const run = async (runEagerly: boolean): Promise<unknown> => {
      utils.clearSession();
      utils.setRandomSeed(3);
      const model = new Sequential([
        layers.dense({ units: 8, activation: 'tanh', inputShape: [3] }),
        layers.batchNormalization(),
        layers.dropout({ rate: 0.3, seed: 5 }),
        layers.dense({ units: 4, activation: 'softmax', kernelRegularizer: 'l2' }),
      ]);
      model.compile({
        optimizer: optimizers.adam({ learningRate: 0.01, globalClipnorm: 1 }),
        loss: 'sparseCategoricalCrossentropy',
        metrics: ['accuracy'],
        runEagerly,
      });
      const x = random.normal([20, 3], { seed: 1 });
      const y = Int32Array.from({ length: 20 }, (_, i) => i % 4);
      const { history } = await model.fit(x, y, { batchSize: 8, epochs: 3, ...silent });
      const weights = await Promise.all(model.variables.map((w) => w.value.array()));
      const slots = await Promise.all(model.optimizer.variables.map((w) => w.value.array()));
      return { history, weights, slots };
    };
    expect(await run(true)).toEqual(await run(false));
  });

  test('stepsPerExecution changes how often callbacks run, not the result', async () => {
    const x = Array.from({ length: 10 }, (_, i) => [i / 10]);
    const run = async (stepsPerExecution: number): Promise<[number, number[]]> => {
      const model = line({ stepsPerExecution });
      const seen: number[] = [];
      const watch = callbacks.lambdaCallback({ onTrainBatchEnd: (batch) => void seen.push(batch) });
      await model.fit(x, x, { batchSize: 2, callbacks: watch, ...silent });
      return [await model.weights[0].value.item(), seen];
    };
    const [one, steps] = await run(1);
    const [two, groups] = await run(2);
    expect(two).toBe(one);
    expect(steps).toEqual([0, 1, 2, 3, 4]);
    expect(groups).toEqual([1, 3, 4]);
  });

  test('a mixed-float16 model scales its loss, and trains', async () => {
    const model = new Sequential(
      [layers.dense({ units: 1, inputShape: [1], dtype: 'mixedFloat16' })],
      { dtype: 'mixedFloat16' },
    );
    model.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: 'mse' });
    expect(model.optimizer).toBeInstanceOf(optimizers.LossScaleOptimizer);
    const { history } = await model.fit([[1], [2]], [[1], [2]], { epochs: 20, ...silent });
    expect(history['loss'].at(-1)!).toBeLessThan(history['loss'][0]);
  });
});

describe('data', () => {
  const x = Array.from({ length: 8 }, (_, i) => [i]);
  const y = x.map(([value]) => [value * 2]);
  const frozen = { optimizer: optimizers.sgd({ learningRate: 0 }) };

  test('arrays, typed arrays with a shape, and tensors mean the same', async () => {
    const flat = Float32Array.from(x.flat());
    const found = [];
    for (const given of [x, tensor(flat, [8, 1]), tensor(x)]) {
      found.push(await line(frozen).evaluate(given, y, silent));
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  test('a Float64Array is cast to floatx', async () => {
    const logs = await line(frozen).evaluate(
      Float64Array.from([1, 2]),
      Float64Array.of(0, 0),
      silent,
    );
    expect(logs['loss']).toBe(0);
  });

  test('generators, async generators and functions that make them give batches', async () => {
    const batches = [
      [x.slice(0, 4), y.slice(0, 4)],
      [x.slice(4), y.slice(4)],
    ];
    const whole = await line(frozen).evaluate(x, y, silent);
    async function* later(): AsyncGenerator {
      for (const batch of batches) yield await Promise.resolve(batch);
    }
    expect(await line(frozen).evaluate(new Set(batches), silent)).toEqual(whole);
    expect(await line(frozen).evaluate(later(), silent)).toEqual(whole);
    const { history } = await line(frozen).fit(later, undefined, { epochs: 2, ...silent });
    expect(history['loss']).toEqual([whole['loss'], whole['loss']]);
  });

  test('with stepsPerEpoch a generator goes on from epoch to epoch', async () => {
    const seen: number[] = [];
    function* forever(): Generator {
      for (let i = 0; ; i++) {
        seen.push(i);
        yield [tensor([[i]]), tensor([[i]])];
      }
    }
    await line().fit(forever(), null, { epochs: 2, stepsPerEpoch: 2, ...silent });
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  test('a shuffled epoch sees every sample once, in an order that its number decides', async () => {
    const orders: number[][] = [];
    class Watch extends Model {
      override trainStep(data: unknown): Record<string, Tensor> {
        const [first] = data as [Tensor];
        return { first: ops.sum(first) };
      }
    }
    const run = async (): Promise<number[]> => {
      const model = new Watch();
      model.compile({});
      const order: number[] = [];
      const read = callbacks.lambdaCallback({
        onTrainBatchEnd: (_, logs) => void order.push(logs['first']),
      });
      await model.fit(x, y, { batchSize: 1, epochs: 2, callbacks: read, ...silent });
      return order;
    };
    orders.push(await run(), await run());
    expect(orders[1]).toEqual(orders[0]);
    const [first, second] = [orders[0].slice(0, 8), orders[0].slice(8)];
    expect(first.toSorted((a, b) => a - b)).toEqual(x.flat());
    expect(second).not.toEqual(first);
  });

  test('records feed models with several inputs', async () => {
    const a = input({ shape: [1], name: 'a' });
    const b = input({ shape: [1], name: 'b' });
    const model = new Model({ inputs: { a, b }, outputs: ops.add(a, b) });
    model.compile({ loss: 'mse' });
    expect((await model.evaluate({ a: x, b: x }, y, silent))['loss']).toBe(0);
    const predicted = await model.predict({ a: x, b: x }, { batchSize: 3, verbose: 0 });
    expect(await predicted.array()).toEqual(y);
  });
});

describe('validation', () => {
  const x = Array.from({ length: 10 }, (_, i) => [i]);

  test('the split takes the tail, before shuffling', async () => {
    const model = line({ optimizer: optimizers.sgd({ learningRate: 0 }) });
    const { history } = await model.fit(x, x, { validationSplit: 0.2, ...silent });
    expect(history['val_loss'][0]).toBeCloseTo((64 + 81) / 2);
    expect(history['loss'][0]).toBeCloseTo(140 / 8);
  });

  test('validationData, validationFreq and validationBatchSize', async () => {
    const model = line();
    const starts: number[] = [];
    const watch = callbacks.lambdaCallback({ onTestBatchEnd: (batch) => void starts.push(batch) });
    const { history } = await model.fit(x, x, {
      epochs: 4,
      validationData: [x, x],
      validationFreq: 2,
      validationBatchSize: 5,
      callbacks: watch,
      ...silent,
    });
    expect(history['val_loss']).toHaveLength(2);
    expect(starts).toEqual([0, 1, 0, 1]);
    const listed = await line().fit(x, x, {
      epochs: 3,
      validationData: [x, x],
      validationFreq: [1, 3],
      ...silent,
    });
    expect(listed.history['val_loss']).toHaveLength(2);
  });

  test('a side that would be empty is an error', async () => {
    await expect(line().fit([[1]], [[1]], { validationSplit: 0.5 })).rejects.toThrow(
      /leaves 0 to train on and 1 to validate on/,
    );
  });
});

describe('weights of samples', () => {
  const x = [[1], [1]];
  const y = [[1], [2]];

  test('sample weights scale each sample’s loss', async () => {
    const loss = await line().testOnBatch(x, y, { sampleWeight: [1, 0] });
    expect(loss).toBeCloseTo(0.5);
  });

  test('class weights are sample weights by label; classes without one count 1', async () => {
    const model = new Sequential([
      layers.dense({ units: 3, kernelInitializer: 'zeros', inputShape: [1] }),
    ]);
    model.compile({
      loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
      optimizer: optimizers.sgd({ learningRate: 0 }),
    });
    const log3 = Math.log(3);
    const labels = Int32Array.of(0, 2);
    const options = { classWeight: { 0: 3 }, ...silent };
    const { history } = await model.fit(x, labels, options);
    expect(history['loss'][0]).toBeCloseTo((3 * log3 + log3) / 2);
  });

  test('class weights are for training, not for the validation split', async () => {
    const model = line({ optimizer: optimizers.sgd({ learningRate: 0 }) });
    const { history } = await model.fit([...x, ...x], [[1], [1], [1], [1]], {
      classWeight: { 1: 10 },
      validationSplit: 0.5,
      ...silent,
    });
    expect(history['loss'][0]).toBeCloseTo(10);
    expect(history['val_loss'][0]).toBeCloseTo(1);
  });

  test('metrics ignore sample weights, weighted metrics use them', async () => {
    const model = line({ metrics: ['mae'], weightedMetrics: ['mae'] });
    const logs = await model.testOnBatch(x, y, { sampleWeight: [1, 0], returnDict: true });
    expect(logs['mae']).toBeCloseTo(1.5);
    expect(logs['weighted_mae']).toBeCloseTo(1);
  });
});

describe('cancelling', () => {
  test('an aborted signal ends fit between two batches with its reason', async () => {
    const controller = new AbortController();
    const model = line();
    const stop = callbacks.lambdaCallback({
      onTrainBatchEnd: (batch) => {
        if (batch === 1) controller.abort(new Error('enough'));
      },
    });
    const x = Array.from({ length: 8 }, (_, i) => [i]);
    const { signal } = controller;
    const options = { batchSize: 1, callbacks: stop, signal, ...silent };
    await expect(model.fit(x, x, options)).rejects.toThrow('enough');
  });

  test('a source that makes us wait is given up', async () => {
    let closed = false;
    async function* slow(): AsyncGenerator {
      try {
        yield [[[1]], [[1]]];
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield [[[1]], [[1]]];
      } finally {
        closed = true;
      }
    }
    const signal = AbortSignal.timeout(10);
    await expect(line().fit(slow(), null, { signal, ...silent })).rejects.toThrow(
      /timeout|timed out/i,
    );
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(closed).toBe(true);
  });

  test('stopTraining ends after the batch, and the epoch is logged', async () => {
    const model = line();
    const stop = callbacks.lambdaCallback({
      onTrainBatchEnd: () => {
        model.stopTraining = true;
      },
    });
    const { epoch } = await model.fit([[1], [2]], [[1], [2]], {
      batchSize: 1,
      epochs: 5,
      callbacks: stop,
      ...silent,
    });
    expect(epoch).toEqual([0]);
  });
});
