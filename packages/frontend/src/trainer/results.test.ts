import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  input,
  jit,
  layers,
  metrics,
  Model,
  ops,
  optimizers,
  Sequential,
  tensor,
  type Tensor,
  utils,
  Variable,
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

/** Keeps the last batch in a variable, which its training then moves. */
class Greedy extends Sequential {
  readonly kept: Variable = new Variable([[0], [0]]);

  override trainStep(data: unknown): Record<string, Tensor> {
    const [x] = data as [Tensor];
    this.kept.assign(x);
    jit(() => {
      this.kept.assignAdd([[1], [1]]);
      return this.kept.value;
    })();
    return { loss: this.kept.value.sum() };
  }
}

describe('data', () => {
  test('stays as it is, though batches are read where it lies', async () => {
    const model = new Greedy([layers.dense({ units: 1, inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'mse', runEagerly: true });
    const x = tensor([[1], [2], [3], [4]]);
    await model.fit(x, tensor([0, 0, 0, 0]), { batchSize: 2, shuffle: false, ...silent });
    expect(await model.kept.value.array()).toEqual([[4], [5]]);
    expect(await x.array()).toEqual([[1], [2], [3], [4]]);
  });

  test('is not written to by a variable that got it, either', async () => {
    const model = line();
    const x = tensor([[1], [2]]);
    const variable = new Variable(x);
    await model.predict(x, silent);
    x.dispose();
    const before = variable.value;
    jit(() => {
      variable.assignAdd([[1], [1]]);
      return variable.value;
    })();
    expect(await before.array()).toEqual([[1], [2]]);
    expect(await variable.value.array()).toEqual([[2], [3]]);
  });
});

describe('logs', () => {
  test('keys are sorted; several outputs have losses and metrics under their names', async () => {
    const x = input({ shape: [2] });
    const a = layers.dense({ units: 1, name: 'a' })(x);
    const b = layers.dense({ units: 1, name: 'b' })(x);
    const model = new Model({ inputs: x, outputs: [a, b] });
    model.compile({
      loss: { a: 'mse', b: 'mae' },
      lossWeights: { a: 1, b: 0.5 },
      metrics: { b: ['mse'] },
    });
    const data = [[1, 2]];
    const labels = [tensor([[0]]), tensor([[0]])];
    const options = { validationData: [data, labels], ...silent };
    const { history } = await model.fit(data, labels, options);
    expect(Object.keys(history)).toEqual([
      'a_loss',
      'b_loss',
      'b_mse',
      'loss',
      'val_a_loss',
      'val_b_loss',
      'val_b_mse',
      'val_loss',
    ]);
    const last = (name: string): number => history[name][0];
    expect(last('loss')).toBeCloseTo(last('a_loss') + 0.5 * last('b_loss'), 4);
  });

  test('accuracy is chosen by the shapes of labels and predictions', async () => {
    const model = new Sequential([layers.activation({ activation: 'linear', inputShape: [3] })]);
    model.compile({ loss: 'mse', metrics: ['accuracy'] });
    const predictions = [
      [0.1, 0.7, 0.2],
      [0.8, 0.1, 0.1],
    ];
    const oneHot = [
      [0, 1, 0],
      [0, 1, 0],
    ];
    expect((await model.evaluate(predictions, oneHot, silent))['accuracy']).toBe(0.5);
    const binary = new Sequential([layers.activation({ activation: 'linear', inputShape: [1] })]);
    binary.compile({ loss: 'mse', metrics: ['accuracy'] });
    expect((await binary.evaluate([[0.9], [0.2]], [[1], [1]], silent))['accuracy']).toBe(0.5);
  });

  test('a NaN loss shows as NaN', async () => {
    expect(await line().trainOnBatch([[NaN]], [[1]])).toBeNaN();
  });

  test('losses that layers add count', async () => {
    class Penalty extends layers.Layer {
      override call(inputs: Tensor): Tensor {
        this.addLoss(ops.sum(inputs));
        return inputs;
      }
    }
    const model = new Sequential([new Penalty({ inputShape: [1] })]);
    model.compile({ loss: 'mse' });
    expect(await model.testOnBatch([[3]], [[3]])).toBeCloseTo(3);
  });
});

describe('predict', () => {
  test('batches are put together in order', async () => {
    const model = new Sequential([layers.rescaling({ scale: 2, inputShape: [1] })]);
    const x = Array.from({ length: 7 }, (_, i) => [i]);
    const result = await model.predict(x, { batchSize: 3, verbose: 0 });
    expect(await result.array()).toEqual(x.map(([value]) => [value * 2]));
    expect(await (await model.predictOnBatch(x)).array()).toEqual(await result.array());
  });

  test('dropout does nothing, and a model need not be compiled', async () => {
    const model = new Sequential([layers.dropout({ rate: 0.9, inputShape: [4] })]);
    expect(await (await model.predict([[1, 2, 3, 4]], silent)).array()).toEqual([[1, 2, 3, 4]]);
  });

  test('several outputs come in the model’s structure', async () => {
    const x = input({ shape: [1] });
    const model = new Model({ inputs: x, outputs: [ops.add(x, 1), ops.multiply(x, 3)] });
    const [a, b] = await model.predict<Tensor[]>([[1], [2]], { batchSize: 1, verbose: 0 });
    expect(await a.array()).toEqual([[2], [3]]);
    expect(await b.array()).toEqual([[3], [6]]);
  });
});

describe('one’s own steps', () => {
  test('trainStep is compiled and gives the logs', async () => {
    class Own extends Model {
      dense: layers.Dense = layers.dense({ units: 1 });
      total = metrics.sum({ name: 'total' });
      override call(x: Tensor): Tensor {
        return this.dense(x);
      }
      override trainStep(x: Tensor): Record<string, unknown> {
        this.total.updateState(x);
        return { total: this.total.result(), constant: 2 };
      }
    }
    const model = new Own();
    model.compile({});
    const { history } = await model.fit(tensor([[1], [2], [3]]), null, { epochs: 2, ...silent });
    expect(history).toEqual({ constant: [2, 2], total: [6, 6] });
  });

  test('a step that returns a promise, or no record, is refused', async () => {
    class Later extends Model {
      // oxlint-disable-next-line typescript/require-await -- the mistake under test
      override trainStep(): never {
        return Promise.resolve({}) as never;
      }
    }
    const model = new Later();
    model.compile({});
    await expect(model.fit([[1]], null, silent)).rejects.toThrow(/synchronous/);
  });

  test('computeLoss can be overridden', async () => {
    class Doubled extends Sequential {
      override computeLoss(values: Parameters<Sequential['computeLoss']>[0]): Tensor {
        return super.computeLoss(values).mul(2);
      }
    }
    const model = new Doubled([layers.rescaling({ scale: 1, inputShape: [1] })]);
    model.compile({ loss: 'mse' });
    expect(await model.testOnBatch([[2]], [[0]])).toBeCloseTo(8);
  });
});
