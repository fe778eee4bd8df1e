/**
 * Which losses `compile` takes, and for which outputs. Totals are those of Keras, but that Keras leaves
 * out all but the first of several losses where there is one output.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  ArgumentError,
  input,
  layers,
  type Logs,
  Model,
  ops,
  type Tensor,
  tensor,
  utils,
} from '../index.ts';
import type { CompileOptions } from './types.ts';

beforeEach(() => {
  utils.clearSession();
});

/** Gives zeros, so that losses can be told from the labels alone. */
const zeros = (name: string): layers.Dense =>
  layers.dense({ units: 1, useBias: false, kernelInitializer: 'zeros', name });

function oneOutput(): Model {
  const x = input({ shape: [1] });
  return new Model({ inputs: x, outputs: zeros('out')(x) });
}

function twoOutputs(): Model {
  const x = input({ shape: [1] });
  return new Model({ inputs: x, outputs: [zeros('a')(x), zeros('b')(x)] });
}

class Pair extends Model {
  inner = zeros('inner');
  override call(x: Tensor): unknown {
    return [this.inner(x), ops.add(this.inner(x), 1)];
  }
}

const x = [[1], [2]];
/** Mean square 14.5, mean 3.5. */
const first = tensor([[2], [5]]);
/** Mean square 22.5, mean 4.5. */
const second = tensor([[3], [6]]);

type Labels = Tensor | Tensor[] | Record<string, Tensor>;

async function logsOf(model: Model, y: Labels, options: CompileOptions): Promise<Logs> {
  model.compile(options);
  return model.evaluate(x, y, { verbose: 0 });
}

describe('one output', () => {
  test.each<CompileOptions['loss']>(['mse', ['mse'], { out: 'mse' }])('takes %j', async (loss) => {
    expect(await logsOf(oneOutput(), first, { loss })).toEqual({ loss: 14.5 });
  });

  test('adds the losses of a list of its own', async () => {
    for (const loss of [[['mse', 'mae']], { out: ['mse', 'mae'] }] as const) {
      expect(await logsOf(oneOutput(), first, { loss })).toEqual({ loss: 18 });
      const lossWeights = [[1, 2]];
      expect(await logsOf(oneOutput(), first, { loss, lossWeights })).toEqual({ loss: 21.5 });
    }
  });

  test('refuses a list of two, which Keras would not add but cut off', async () => {
    const run = logsOf(oneOutput(), first, { loss: ['mse', 'mae'] });
    await expect(run).rejects.toThrow(ArgumentError);
    await expect(run).rejects.toThrow(
      "loss is an array of 2 but the model has 1 output(s). Several losses of one output are added if they stand in a list of their own: loss: [['mse', 'mae']].",
    );
  });

  test('refuses other names', async () => {
    await expect(logsOf(oneOutput(), first, { loss: { wrong: 'mse' } })).rejects.toThrow(
      'loss must name the outputs "out", but it names "wrong".',
    );
    await expect(logsOf(oneOutput(), first, { loss: { out: 'mse', more: 'mae' } })).rejects.toThrow(
      'loss names an output "more", but the outputs are "out".',
    );
  });

  test('must have a loss', async () => {
    for (const loss of [{ out: null }, [null]]) {
      await expect(logsOf(oneOutput(), first, { loss })).rejects.toThrow(/no loss for any output/);
    }
  });
});

describe('two outputs', () => {
  const y = [first, second];
  test.each<[CompileOptions['loss'], Logs]>([
    ['mse', { a_loss: 14.5, b_loss: 22.5, loss: 37 }],
    [['mse', 'mae'], { a_loss: 14.5, b_loss: 4.5, loss: 19 }],
    [
      { b: 'mae', a: 'mse' },
      { a_loss: 14.5, b_loss: 4.5, loss: 19 },
    ],
    [{ a: 'mse', b: null }, { loss: 14.5 }],
    [[null, 'mse'], { loss: 22.5 }],
    [[['mse', 'mae'], 'mse'], { a_loss: 18, b_loss: 22.5, loss: 40.5 }],
    [
      { a: ['mse', 'mae'], b: 'mse' },
      { a_loss: 18, b_loss: 22.5, loss: 40.5 },
    ],
  ])('take %j', async (loss, expected) => {
    expect(await logsOf(twoOutputs(), y, { loss })).toEqual(expected);
    expect(await logsOf(twoOutputs(), { a: first, b: second }, { loss })).toEqual(expected);
  });

  test('weights follow the losses, and the logs of outputs are unweighted', async () => {
    const logs = await logsOf(twoOutputs(), y, {
      loss: [['mse', 'mae'], 'mse'],
      lossWeights: [[1, 0.5], 0.25],
    });
    expect(logs).toEqual({ a_loss: 18, b_loss: 22.5, loss: 21.875 });
    await expect(
      logsOf(twoOutputs(), y, { loss: ['mse', 'mse'], lossWeights: { a: [1, 2] } }),
    ).rejects.toThrow('lossWeights has 2 numbers for the 1 loss(es) of output "a".');
  });

  test('all have a loss or null', async () => {
    await expect(logsOf(twoOutputs(), y, { loss: { a: 'mse' } })).rejects.toThrow(
      'loss must name the outputs "a", "b", but it names "a". Give null for an output that has no loss.',
    );
    await expect(logsOf(twoOutputs(), y, { loss: ['mse'] })).rejects.toThrow(/Give null/);
  });

  test('of a record may be left out', async () => {
    const x = input({ shape: [1] });
    const model = new Model({ inputs: x, outputs: { p: zeros('a')(x), q: zeros('b')(x) } });
    expect(await logsOf(model, { p: first, q: second }, { loss: { p: 'mse' } })).toEqual({
      loss: 14.5,
    });
  });

  test('without names are logged under their losses', async () => {
    const logs = await logsOf(new Pair(), y, { loss: ['mse', 'meanAbsoluteError'] });
    expect(logs).toEqual({ loss: 18, mean_absolute_error_loss: 3.5, mse_loss: 14.5 });
    await expect(logsOf(new Pair(), y, { loss: { a: 'mse' } })).rejects.toThrow(
      'loss names an output "a", but the outputs of the model have no names',
    );
  });
});

test('labels that do not fit are told with the loss, the output and both shapes', async () => {
  const x = input({ shape: [1] });
  const model = new Model({ inputs: x, outputs: layers.dense({ units: 3, name: 'out' })(x) });
  model.compile({ loss: 'mse' });
  await expect(model.evaluate(ops.ones([4, 1]), ops.ones([4, 2]), { verbose: 0 })).rejects.toThrow(
    'loss "mean_squared_error" of output "out": labels of shape [4, 2] do not fit predictions of ' +
      'shape [4, 3]: mean_squared_error/',
  );
});
