import { expect, test } from '@jest/globals';
import { Layer, layers, ops, type Tensor, tensor } from '../../index.ts';
import type { ResolvedCallOptions } from '../types.ts';

/** Adds what it gets to what it had. */
class Accumulator extends Layer {
  readonly stateSize = 1;

  override call(input: Tensor, { states }: ResolvedCallOptions): [Tensor, Tensor[]] {
    const total = ops.add(input, (states as Tensor[])[0]);
    return [total, [total]];
  }
}

const steps = tensor([[[1], [2], [3]]]);

test('any layer that takes and gives states is a cell', async () => {
  const layer = layers.rnn({ cell: new Accumulator(), returnSequences: true });
  expect(await layer(steps).array()).toEqual([[[1], [3], [6]]]);
});

test('cells in a list stand on top of one another', async () => {
  const cell = [new Accumulator(), new Accumulator()];
  expect(await layers.rnn({ cell })(steps).array()).toEqual([[10]]);
});

test('stacked cells draw their dropout once for all steps', async () => {
  const cell = layers.simpleRNNCell({
    units: 1,
    activation: 'linear',
    kernelInitializer: 'ones',
    recurrentInitializer: 'zeros',
    dropout: 0.5,
    seed: 3,
  });
  const layer = layers.rnn({ cell: [new Accumulator(), cell], returnSequences: true });
  const ones = ops.ones([8, 2, 1]);
  const y = (await layer(ones, { training: true }).array()) as number[][][];
  expect(new Set(y.map(([first, second]) => second[0] / (first[0] || 1)))).toEqual(new Set([0, 2]));
});

test('zeroOutputForMask gives zeros where steps are masked', async () => {
  const mask = tensor([[true, false, true]]);
  const options = { cell: new Accumulator(), returnSequences: true };
  expect(await layers.rnn(options)(steps, { mask }).array()).toEqual([[[1], [1], [4]]]);
  const zeros = layers.rnn({ ...options, zeroOutputForMask: true });
  expect(await zeros(steps, { mask }).array()).toEqual([[[1], [0], [4]]]);
});

test('timeDistributed applies one layer to every step', async () => {
  const layer = layers.timeDistributed({ layer: layers.dense({ units: 1 }) });
  layer.build([null, 3, 1]);
  layer.setWeights([[[2]], [1]]);
  expect(await layer(steps).array()).toEqual([[[3], [5], [7]]]);
});

test('a simple recurrent layer is a dense layer that sees its own output', async () => {
  const layer = layers.simpleRNN({ units: 1, activation: 'linear', returnSequences: true });
  layer.build([null, 3, 1]);
  layer.setWeights([[[1]], [[10]], [0]]);
  expect(await layer(steps).array()).toEqual([[[1], [12], [123]]]);
});
