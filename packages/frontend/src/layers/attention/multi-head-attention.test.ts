import { expect, test } from '@jest/globals';
import { ArgumentError, input, layers, ops, type Tensor, tensor } from '../../index.ts';

const x = tensor([
  [
    [1, 0],
    [0, 1],
    [1, 1],
  ],
]);

/** One head whose projections change nothing, but for values doubled. */
function plain(options: object = {}) {
  const layer = layers.multiHeadAttention({ numHeads: 1, keyDim: 2, useBias: false, ...options });
  layer.build([null, 3, 2], { value: [null, 3, 2] });
  const one = [[[1, 0]], [[0, 1]]];
  const two = [[[2, 0]], [[0, 2]]];
  layer.setWeights([
    one,
    one,
    two,
    [
      [
        [1, 0],
        [0, 1],
      ],
    ],
  ]);
  return layer;
}

test('a causal mask shows each position what came before it', async () => {
  const y = (await plain()(x, { value: x, useCausalMask: true }).array()) as number[][][];
  expect(y[0][0]).toEqual([2, 0]);
});

test('scores sum to one over what may be seen', async () => {
  const call = plain() as unknown as (q: Tensor, options: object) => Tensor[];
  const mask = tensor([
    [
      [true, true, false],
      [true, true, false],
      [true, true, true],
    ],
  ]);
  const [output, scores] = call(x, { value: x, attentionMask: mask, returnAttentionScores: true });
  expect(output.shape).toEqual([1, 3, 2]);
  expect(scores.shape).toEqual([1, 1, 3, 3]);
  const sums = (await ops.sum(scores, { axis: -1 }).array()) as number[][][];
  sums[0][0].forEach((sum) => expect(sum).toBeCloseTo(1, 6));
  const first = (await scores.array()) as number[][][][];
  expect(first[0][0][0][2]).toBe(0);
});

test('the fused and the spelled-out way agree', async () => {
  const fused = (await plain()(x, { value: x }).data()) as Float32Array;
  const call = plain() as unknown as (q: Tensor, options: object) => Tensor[];
  const spelled = await call(x, { value: x, returnAttentionScores: true })[0].data();
  fused.forEach((value, i) => expect(value).toBeCloseTo(spelled[i] as number, 5));
});

test('weights are query, key, value and output, each with its bias', () => {
  const layer = layers.multiHeadAttention({ numHeads: 3, keyDim: 2, valueDim: 4 });
  layer.build([null, 5, 6], { value: [null, 7, 8] });
  expect(
    layer.weights.map(({ path, shape }) => [path.split('/').slice(1).join('/'), shape]),
  ).toEqual([
    ['query/kernel', [6, 3, 2]],
    ['query/bias', [3, 2]],
    ['key/kernel', [8, 3, 2]],
    ['key/bias', [3, 2]],
    ['value/kernel', [8, 3, 4]],
    ['value/bias', [3, 4]],
    ['attention_output/kernel', [3, 4, 6]],
    ['attention_output/bias', [6]],
  ]);
});

test('query, value and key are symbolic inputs of a functional model', () => {
  const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3, outputShape: 5 });
  const y = layer(input({ shape: [null, 4] }), { value: input({ shape: [7, 6] }) });
  expect(y.shape).toEqual([null, null, 5]);
});

test('without a value there is an error that says how to call it', () => {
  const layer = layers.multiHeadAttention({ numHeads: 1, keyDim: 1, name: 'look' });
  expect(() => layer(x)).toThrow(ArgumentError);
  expect(() => layer(x)).toThrow(/"look" needs a value.*\{ value \}/);
});

test('plain attention weighs values by how well queries fit keys', async () => {
  const query = tensor([[[1000, 0]]]);
  const value = tensor([
    [
      [1, 0],
      [0, 1],
    ],
  ]);
  expect(await layers.attention()([query, value]).array()).toEqual([[[1, 0]]]);
  const mask = [null, tensor([[false, true]])];
  expect(await layers.attention()([query, value], { mask }).array()).toEqual([[[0, 1]]]);
  expect(() => layers.attention()([query])).toThrow(/2 or 3 inputs/);
});
