import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import type { Backend } from '@addax/core';
import {
  callbacks,
  layers,
  optimizers,
  random,
  Sequential,
  type Tensor,
  useBackend,
  utils,
} from '../index.ts';

/** A backend that says which steps it would loop over: its answers, by the labels of the questions. */
function preferring(answer: boolean): { backend: Backend; asked: string[]; compiled: string[] } {
  const backend = cpu.createSync!();
  const asked: string[] = [];
  const compiled: string[] = [];
  backend.prefersLoop = (_step, { label }, count) => {
    asked.push(`${label} ×${count}`);
    return answer;
  };
  const compile = backend.compile.bind(backend);
  backend.compile = (graph, options) => {
    compiled.push(options.label);
    return compile(graph, options);
  };
  return { backend, asked, compiled };
}

const silent = { verbose: 0 } as const;

beforeEach(() => {
  utils.clearSession();
  utils.setRandomSeed(3);
});

afterEach(() => useBackend(cpu.createSync!()));

interface Run {
  readonly stepsPerExecution?: number;
  readonly runEagerly?: boolean;
  readonly weights?: 'sampleWeight' | 'classWeight';
  readonly mixed?: boolean;
}

/** Everything there is to a run: logs, weights, optimizer state, metrics, and what callbacks heard. */
async function train(options: Run, backend: Backend): Promise<Record<string, unknown>> {
  useBackend(backend);
  utils.clearSession();
  utils.setRandomSeed(3);
  const { stepsPerExecution = 1, runEagerly = false, weights, mixed = false } = options;
  const model = new Sequential(
    [
      layers.dense({ units: 8, activation: 'tanh', inputShape: [3] }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.3, seed: 5 }),
      layers.dense({ units: 4, activation: 'softmax', kernelRegularizer: 'l2' }),
    ],
    mixed ? { dtype: 'mixedFloat16' } : {},
  );
  const decay = { initialLearningRate: 0.02, decaySteps: 3, decayRate: 0.5 };
  model.compile({
    optimizer: optimizers.adam({
      learningRate: new optimizers.schedules.ExponentialDecay(decay),
      globalClipnorm: 1,
    }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    weightedMetrics: ['accuracy'],
    stepsPerExecution,
    runEagerly,
  });
  const x = random.normal([45, 3], { seed: 1 });
  const y = Int32Array.from({ length: 45 }, (_, i) => i % 4);
  const given =
    weights === 'sampleWeight'
      ? { sampleWeight: Float32Array.from(y, (value) => 1 + value / 4) }
      : weights === 'classWeight'
        ? { classWeight: { 0: 1, 1: 2, 2: 0.5, 3: 1 } }
        : {};
  // Batches of 4: two groups of 4, then 3 whole ones and one of a single sample.
  const fitted = await model.fit(x, y, { batchSize: 4, epochs: 3, ...given, ...silent });
  const arrays = (list: readonly { value: Tensor }[]): Promise<unknown[]> =>
    Promise.all(list.map(({ value }) => value.array()));
  return {
    history: fitted.history,
    weights: await arrays(model.variables),
    slots: await arrays(model.optimizer.variables),
    evaluated: await model.evaluate(x, y, { batchSize: 4, ...silent }),
    predicted: await (await model.predict(x, { batchSize: 4, ...silent })).array(),
  };
}

describe('a loop over several steps', () => {
  test.each<Run>([{}, { weights: 'sampleWeight' }, { weights: 'classWeight' }, { mixed: true }])(
    'gives what single steps give, bit for bit: %p',
    async (options) => {
      const { backend, compiled } = preferring(true);
      const looped = await train({ ...options, stepsPerExecution: 4 }, backend);
      expect(compiled.filter((label) => label.endsWith('×4'))).toHaveLength(2);
      expect(looped).toEqual(await train(options, cpu.createSync!()));
    },
  );

  test('is asked for once a shape, and only for whole groups', async () => {
    const { backend, asked, compiled } = preferring(false);
    const single = await train({ stepsPerExecution: 4 }, backend);
    const names = asked.map((name) => name.replace(/^.*\//, ''));
    expect(names).toEqual(['trainStep ×4', 'testStep ×4']);
    expect(compiled.some((label) => label.includes('×'))).toBe(false);
    expect(single).toEqual(await train({}, cpu.createSync!()));
  });

  test('is not made of steps that run eagerly', async () => {
    const { backend, asked } = preferring(true);
    await train({ stepsPerExecution: 4, runEagerly: true }, backend);
    expect(asked).toEqual([]);
  });

  test('takes batches of an iterable, and leaves groups of unequal batches apart', async () => {
    const { backend, compiled } = preferring(true);
    const sizes = [2, 2, 2, 3];
    const batches = sizes.map((size, i) => {
      const rows = Array.from({ length: size }, (_, j) => [i + j / 4]);
      return [rows, rows];
    });
    const fit = async (stepsPerExecution: number): Promise<unknown> => {
      const model = line(stepsPerExecution);
      await model.fit(() => batches, undefined, { epochs: 2, ...silent });
      return model.weights[0].value.array();
    };
    useBackend(backend);
    const looped = await fit(2);
    expect(compiled.filter((label) => label.includes('×'))).toHaveLength(1);
    useBackend(cpu.createSync!());
    expect(looped).toEqual(await fit(1));
  });
});

describe('callbacks', () => {
  test.each([true, false])('hear of every execution, not every batch (loop: %p)', async (loop) => {
    useBackend(preferring(loop).backend);
    const heard: string[] = [];
    const logs: number[] = [];
    const note =
      (name: string) =>
      (batch: number): void =>
        void heard.push(`${name} ${batch}`);
    const watch = callbacks.lambdaCallback({
      onTrainBatchBegin: note('train from'),
      onTrainBatchEnd: (batch, { loss }) => {
        heard.push(`train to ${batch}`);
        logs.push(loss!);
      },
      onTestBatchBegin: note('test from'),
      onTestBatchEnd: note('test to'),
      onPredictBatchBegin: note('predict from'),
      onPredictBatchEnd: note('predict to'),
    });
    const x = Array.from({ length: 10 }, (_, i) => [i / 10]);
    const options = { batchSize: 2, callbacks: watch, ...silent };
    const model = line(2);
    const { history } = await model.fit(x, x, options);
    await model.evaluate(x, x, options);
    await model.predict(x, options);
    const rounds = (what: string): string[] =>
      ['from 0', 'to 1', 'from 2', 'to 3', 'from 4', 'to 4'].map((round) => `${what} ${round}`);
    expect(heard).toEqual(['train', 'test', 'predict'].flatMap(rounds));
    // Logs are those after the last step of the group, as the epoch's are.
    expect(logs.at(-1)).toBe(history['loss']![0]);
  });
});

/** One weight, trained by plain gradient descent. */
function line(stepsPerExecution: number): Sequential {
  const model = new Sequential([
    layers.dense({ units: 1, useBias: false, kernelInitializer: 'zeros', inputShape: [1] }),
  ]);
  const optimizer = optimizers.sgd({ learningRate: 0.1 });
  model.compile({ optimizer, loss: 'meanSquaredError', stepsPerExecution });
  return model;
}
