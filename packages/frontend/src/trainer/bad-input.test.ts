import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  ArgumentError,
  layers,
  optimizers,
  Sequential,
  ShapeError,
  StateError,
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

describe('bad input leaves the model as it was', () => {
  const x = [[1], [2]];

  test.each<[string, (model: Sequential) => Promise<unknown>, RegExp, unknown]>([
    ['no samples', (m) => m.fit([], []), /empty/, ArgumentError],
    ['lengths that differ', (m) => m.fit(x, [[1]]), /x has 2 samples but y has 1/, ShapeError],
    ['another number of features', (m) => m.fit([[1, 2]], [[1]]), /shape \[1, 2\]/, ShapeError],
    ['no labels', (m) => m.fit(x), /give y/, ArgumentError],
    ['ragged rows', (m) => m.fit([[1], [1, 2]], x), /ragged/, ShapeError],
    ['an unknown option', (m) => m.fit(x, x, { epoch: 2 } as never), /"epoch"/, ArgumentError],
    ['epochs of 0', (m) => m.fit(x, x, { epochs: 0 }), /epochs/, ArgumentError],
    ['a batch size of 0', (m) => m.fit(x, x, { batchSize: 0 }), /batchSize/, ArgumentError],
    ['text', (m) => m.fit('abc' as never, x), /x must be/, ArgumentError],
    [
      'callbacks that are not',
      (m) => m.fit(x, x, { callbacks: [{}] as never }),
      /Callback/,
      ArgumentError,
    ],
    ['an empty generator', (m) => m.fit(new Set()), /no batches/, ArgumentError],
  ])('%s', async (_name, run, message, type) => {
    const model = line();
    const before = await model.weights[0].value.array();
    const error = await run(model).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(message);
    expect(await model.weights[0].value.array()).toEqual(before);
  });

  test('a model that is not compiled says so', async () => {
    const model = new Sequential([layers.dense({ units: 1 })]);
    await expect(model.fit(x, x)).rejects.toThrow(StateError);
  });

  test('a model without trainable weights says so', async () => {
    const model = line();
    model.trainable = false;
    await expect(model.fit(x, x, silent)).rejects.toThrow(/nothing to train/);
  });

  test('compile refuses unknown names and options, and keeps what was compiled', () => {
    const model = line();
    const { optimizer } = model;
    expect(() => model.compile({ loss: 'meanSquareError' as never })).toThrow(/meanSquaredError/);
    expect(() => model.compile({ metrics: ['accurracy'] as never })).toThrow(ArgumentError);
    expect(() => model.compile({ optimizer: 'adamm' as never })).toThrow(ArgumentError);
    expect(() => model.compile({ losses: 'mse' } as never)).toThrow(/unknown option "losses"/);
    expect(model.optimizer).toBe(optimizer);
  });
});
