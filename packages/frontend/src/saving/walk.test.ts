import { expect, test } from '@jest/globals';
import type { Tensor } from '@addax/core';
import { input, layers, Model, Sequential } from '../index.ts';
import { Layer } from '../layers/layer.ts';
import type { Shape } from '../layers/types.ts';
import { walkSaveables } from './walk.ts';

function pathsOf(root: Layer): string[] {
  return walkSaveables(root)
    .filter(({ variables }) => variables.length > 0)
    .map(({ path }) => path);
}

test('layers of a stack are numbered by class, whatever their names', () => {
  const model = new Sequential([
    layers.dense({ units: 2, inputShape: [3], name: 'my_dense' }),
    layers.batchNormalization(),
    layers.dense({ units: 1 }),
  ]);
  expect(walkSaveables(model).map(({ path, variables }) => [path, variables.length])).toEqual([
    ['', 0],
    ['layers/dense', 2],
    ['layers/batch_normalization', 4],
    ['layers/dense_1', 2],
  ]);
});

test('functional models count their inputs, and nest', () => {
  const inner = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
  const x = input({ shape: [2] });
  const model = new Model({ inputs: x, outputs: inner(layers.dense({ units: 2 })(x)) });
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  expect(walkSaveables(model).map(({ path }) => path)).toEqual([
    '',
    'layers/input_layer',
    'layers/dense',
    'layers/sequential',
    'layers/sequential/layers/dense',
    'optimizer',
  ]);
});

test('cells, directions and wrapped layers have groups of their own', () => {
  const stack = layers.rnn({
    cell: [layers.lstmCell({ units: 2 }), layers.lstmCell({ units: 2 })],
    returnSequences: true,
  });
  const model = new Sequential([
    layers.lstm({ units: 2, inputShape: [3, 2], returnSequences: true }),
    stack,
    layers.bidirectional({ layer: layers.gru({ units: 1, returnSequences: true }) }),
    layers.timeDistributed({ layer: layers.dense({ units: 1 }) }),
  ]);
  expect(pathsOf(model)).toEqual([
    'layers/lstm/cell',
    'layers/rnn/cell/cells/lstm_cell',
    'layers/rnn/cell/cells/lstm_cell_1',
    'layers/bidirectional/backward_layer/cell',
    'layers/bidirectional/forward_layer/cell',
    'layers/time_distributed/layer',
  ]);
});

test('attention keeps its projections under Python’s names', () => {
  const x = input({ shape: [3, 4] });
  const heads = layers.multiHeadAttention({ numHeads: 2, keyDim: 2, dropout: 0.1 });
  const grouped = layers.groupedQueryAttention({
    numQueryHeads: 2,
    numKeyValueHeads: 1,
    headDim: 2,
  });
  const model = new Model({
    inputs: x,
    outputs: grouped(heads(x, { value: x }), { value: x }),
  });
  expect(pathsOf(model)).toEqual([
    'layers/multi_head_attention/key_dense',
    'layers/multi_head_attention/output_dense',
    'layers/multi_head_attention/query_dense',
    'layers/multi_head_attention/value_dense',
    'layers/grouped_query_attention/_key_dense',
    'layers/grouped_query_attention/_output_dense',
    'layers/grouped_query_attention/_query_dense',
    'layers/grouped_query_attention/_value_dense',
  ]);
});

test('attributes of a subclassed model that sort after "layers" stand below it', async () => {
  class Parts extends Model {
    zDense = layers.dense({ units: 1 });
    aDense = layers.dense({ units: 1 });
    blocks = [layers.dense({ units: 1 })];
    d = { first: layers.dense({ units: 1 }), again: this.aDense };
    _private = layers.dense({ units: 1 });
    override call(x: Tensor): unknown {
      const all = [this.aDense, ...this.blocks, this.d.first, this.zDense, this._private];
      return all.map((layer) => layer(x));
    }
  }
  const model = new Parts();
  model.build([null, 2]);
  // `n` counts members that were visited before: z_dense and a_dense come first in `layers`.
  expect(pathsOf(model)).toEqual([
    'a_dense',
    'blocks/dense',
    'd/dense',
    'layers/dense',
    'layers/dense_4',
  ]);
});

test('nested containers are numbered, and layers without a visible place are found', () => {
  class Hidden extends Layer {
    readonly #inner = this.track(layers.dense({ units: 1 }));
    grid = [[layers.dense({ units: 1 })], [layers.dense({ units: 1 })]];
    override build(shape: Shape): void {
      this.#inner.build(shape);
      for (const [layer] of this.grid) layer!.build(shape);
    }
  }
  const layer = new Hidden();
  layer.build([null, 2]);
  expect(pathsOf(layer)).toEqual([
    'grid/container/dense',
    'grid/container_1/dense',
    '_layers/dense',
  ]);
});
