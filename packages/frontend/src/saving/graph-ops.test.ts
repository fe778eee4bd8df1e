/** Ops in the graphs of functional models, written and read again. */
import { beforeEach, expect, test } from '@jest/globals';
import {
  FormatError,
  input,
  Model,
  ops,
  type SymbolicTensor,
  type Tensor,
  tensor,
  utils,
} from '../index.ts';
import { deserialize, serialize } from './index.ts';

beforeEach(() => {
  utils.clearSession();
});

type X = SymbolicTensor;
const x = [
  [
    [1, -2, 3],
    [0.5, 4, -1],
  ],
  [
    [2, 2, 0],
    [-3, 1, 5],
  ],
];
const deep = (t: X): X => ops.reshape(ops.concatenate([t, t], { axis: 1 }), [-1, 1, 1, 12]);
const heads = (t: X): X => ops.reshape(t, [-1, 2, 1, 3]);

/** Ops of every kind of arguments: in places, as options, and operands that are optional. */
const CASES: readonly [name: string, fn: (t: X) => X][] = [
  ['sum', (t) => ops.sum(t, { axis: 1, keepdims: true })],
  ['max', (t) => ops.max(t, { axis: 1, initial: 3 })],
  ['softmax', (t) => ops.softmax(t, { axis: 1 })],
  ['average', (t) => ops.average(t, { axis: 1 })],
  ['average, weighted', (t) => ops.average(t, { axis: 1, weights: ops.exp(t) })],
  ['trapezoid', (t) => ops.trapezoid(t, { dx: 2 })],
  ['trapezoid, with places', (t) => ops.trapezoid(t, { x: ops.cumsum(ops.exp(t), { axis: 2 }) })],
  [
    'pad',
    (t) =>
      ops.pad(t, [
        [0, 0],
        [1, 0],
        [0, 2],
      ]),
  ],
  [
    'pad, with a constant',
    (t) =>
      ops.pad(
        t,
        [
          [0, 0],
          [1, 0],
          [0, 2],
        ],
        { constantValues: 7 },
      ),
  ],
  ['isclose', (t) => ops.cast(ops.isclose(t, 2, { atol: 1.5 }), 'float32')],
  ['moments', (t) => ops.moments(t, [1])[1]],
  ['threshold', (t) => ops.threshold(t, 1, -9)],
  ['maxPool', (t) => ops.maxPool(t, 2, { strides: 1 })],
  ['averagePool', (t) => ops.averagePool(t, 2)],
  ['adaptiveMaxPool', (t) => ops.adaptiveMaxPool(t, 1)],
  ['adaptiveAveragePool', (t) => ops.adaptiveAveragePool(t, 1)],
  ['arraySplit', (t) => ops.arraySplit(t, 2, { axis: 2 })[0]!],
  ['split', (t) => ops.split(t, 3, { axis: -1 })[1]!],
  ['hsplit', (t) => ops.hsplit(t, 2)[1]!],
  ['concatenate', (t) => ops.concatenate([t, ops.exp(t)], { axis: 2 })],
  ['stack', (t) => ops.stack([t, ops.exp(t), t], { axis: 1 })],
  ['hstack', (t) => ops.hstack([t, ops.exp(t)])],
  ['append', (t) => ops.append(t, ops.exp(t), { axis: 1 })],
  ['einsum', (t) => ops.einsum('bij,bkj->bik', t, ops.exp(t))],
  ['argpartition', (t) => ops.cast(ops.argpartition(t, 1), 'float32')],
  ['depthToSpace', (t) => ops.depthToSpace(deep(t), 2)],
  ['spaceToDepth', (t) => ops.spaceToDepth(ops.reshape(deep(t), [-1, 2, 2, 3]), 2)],
  ['unfold', (t) => ops.unfold(ops.reshape(t, [-1, 1, 2, 3]), 2)],
  ['fold', (t) => ops.fold(ops.unfold(ops.reshape(t, [-1, 1, 2, 3]), 2), [2, 3], 2)],
  ['layerNormalization', (t) => ops.layerNormalization(t, undefined, undefined, { axis: -1 })],
  ['rmsNormalization', (t) => ops.rmsNormalization(t, undefined, { epsilon: 1 })],
  ['rmsNormalization, with a scale', (t) => ops.rmsNormalization(t, ops.exp(t))],
  ['psnr', (t) => ops.psnr(t, ops.exp(t), 5)],
  ['saturateCast', (t) => ops.saturateCast(t, 'uint8')],
  [
    'inTopK',
    (t) => ops.inTopK(ops.argmax(ops.max(t, { axis: 1 }), { axis: 1 }), ops.min(t, { axis: 1 }), 1),
  ],
  ['unravelIndex', (t) => ops.unravelIndex(ops.argmax(t, { axis: 2 }), [2, 2])[1]!],
  ['scatter', (t) => ops.scatter(ops.expandDims(ops.argmax(t, { axis: 2 }), -1), t, [3, 3])],
  [
    'sliceUpdate',
    (t) => ops.sliceUpdate(t, [0, 1, 0], ops.exp(ops.slice(t, [0, 0, 0], [2, 1, 3]))),
  ],
  ['select', (t) => ops.select([ops.greater(t, 1)], [ops.exp(t)], { default: 5 })],
  ['slice', (t) => ops.slice(t, [0, 1, 0], [2, 1, 3])],
  ['isin', (t) => ops.cast(ops.isin(t, [1, 2]), 'float32')],
  [
    'batchNormalization',
    (t) => {
      const [mean, variance] = ops.moments(t, [0, 1]);
      return ops.batchNormalization(t, mean, variance, -1, { scale: ops.exp(mean) });
    },
  ],
  [
    'dotProductAttention',
    (t) => ops.dotProductAttention(heads(t), heads(t), heads(t), { isCausal: true }),
  ],
  [
    'dotProductAttention, with a bias',
    (t) =>
      ops.dotProductAttention(heads(t), heads(t), heads(t), {
        scale: 2,
        bias: ops.sum(t, { axis: [1, 2], keepdims: true }).reshape([-1, 1, 1, 1]),
      }),
  ],
];

const modelOf = (fn: (t: X) => X): Model => {
  const start = input({ shape: [2, 3] });
  return new Model({ inputs: start, outputs: fn(start) });
};

/** Through JSON, as a file would take it, with one change to the text. */
function again(model: Model, edit: (text: string) => string = (text) => text): Model {
  return deserialize(JSON.parse(edit(JSON.stringify(serialize(model))))) as Model;
}

test.each(CASES)('%s means the same in a file', async (_name, fn) => {
  const model = modelOf(fn);
  const [expected, found] = [model, again(model)].map((one) => one(tensor(x)) as Tensor);
  expect(found!.shape).toEqual(expected!.shape);
  expect(await found!.array()).toEqual(await expected!.array());
});

test('operands that a file of Keras names are read', async () => {
  interface Call {
    args: unknown[];
    kwargs: Record<string, unknown>;
  }
  interface Entry {
    class_name: string;
    inbound_nodes: Call[];
  }
  const model = modelOf((t) => ops.average(t, { axis: 1, weights: ops.exp(t) }));
  const named = again(model, (text) => {
    const written = JSON.parse(text) as { config: { layers: Entry[] } };
    const { inbound_nodes: calls } = written.config.layers.find(
      ({ class_name: name }) => name === 'Average',
    )!;
    const { args } = calls[0]!;
    expect(args).toHaveLength(2);
    calls[0] = { args: args.slice(0, 1), kwargs: { weights: args[1] } };
    return JSON.stringify(written);
  });
  const [expected, found] = [model, named].map((one) => one(tensor(x)) as Tensor);
  expect(await found!.array()).toEqual(await expected!.array());
});

test('options that a file of Keras lists among the operands are read', async () => {
  const model = modelOf((t) => ops.cast(ops.isclose(t, 2), 'float32'));
  const wider = again(model, (text) => text.replace(/,2\],"kwargs"/, ',2,0,1.5,false],"kwargs"'));
  const near = x.map((rows) => rows.map((row) => row.map((n) => Number(Math.abs(n - 2) <= 1.5))));
  expect(await (wider(tensor(x)) as Tensor).array()).toEqual(near);
});

test('an option that Keras writes but functions lack is refused unless it changes nothing', () => {
  const model = modelOf((t) => ops.layerNormalization(t, undefined, undefined, { axis: -1 }));
  const set = (value: boolean) => (text: string) =>
    text.replace('"axis":-1', `"axis":-1,"rms_scaling":${value}`);
  expect(again(model, set(false)).outputs).toHaveLength(1);
  expect(() => again(model, set(true))).toThrow(FormatError);
  expect(() => again(model, set(true))).toThrow('layerNormalization: unknown option "rmsScaling"');
});

test("what Keras' classes take at the call is written there", () => {
  const text = JSON.stringify(serialize(modelOf((t) => ops.slice(t, [0, 1, 0], [2, 1, 3]))));
  expect(text).toContain('"kwargs":{"start_indices":[0,1,0]}');
  expect(text).toMatch(/"config":\{"name":"slice","shape":\[2,1,3\]\}/);
});
