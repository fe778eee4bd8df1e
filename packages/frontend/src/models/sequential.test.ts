import { beforeEach, expect, test } from '@jest/globals';
import {
  ArgumentError,
  input,
  inputLayer,
  layers,
  ops,
  Sequential,
  ShapeError,
  StateError,
  utils,
} from '../index.ts';

beforeEach(() => {
  utils.clearSession();
});

test('with an inputShape the weights are there at once, below the model’s name', () => {
  const model = new Sequential([
    layers.dense({ units: 3, inputShape: [2] }),
    layers.dense({ units: 1 }),
  ]);
  expect(model.built).toBe(true);
  expect(model.weights.map(({ path }) => path)).toEqual([
    'sequential/dense/kernel',
    'sequential/dense/bias',
    'sequential/dense_1/kernel',
    'sequential/dense_1/bias',
  ]);
  expect(model.outputs[0].shape).toEqual([null, 1]);
});

test('without one the first call builds it', () => {
  const model = new Sequential([layers.dense({ units: 3 }), layers.dense({ units: 1 })]);
  expect(model.built).toBe(false);
  expect(model(ops.ones([5, 2])).shape).toEqual([5, 1]);
  expect(model.countParams()).toBe(13);
  expect(model.outputs[0].shape).toEqual([null, 1]);
});

test('an input() or an input layer may be its first layer', () => {
  const model = new Sequential([input({ shape: [4] }), layers.dense({ units: 1 })]);
  expect(model.layers).toHaveLength(1);
  expect(model.inputs[0].shape).toEqual([null, 4]);
  model.add(layers.dense({ units: 2 }));
  expect(() => model.add(input({ shape: [4] }))).toThrow(ArgumentError);
});

test('add and pop', () => {
  const model = new Sequential([layers.dense({ units: 3, inputShape: [2] })]);
  const last = layers.dense({ units: 7 });
  model.add(last);
  expect(model.outputs[0].shape).toEqual([null, 7]);
  expect(model.pop()).toBe(last);
  expect(model.outputs[0].shape).toEqual([null, 3]);
  expect(model.countParams()).toBe(9);
});

test('a layer that does not fit is not added', () => {
  const model = new Sequential([layers.dense({ units: 3, inputShape: [2] })]);
  expect(() => model.add(layers.conv2d({ filters: 1, kernelSize: 3 }))).toThrow(ShapeError);
  expect(model.layers).toHaveLength(1);
  expect(model(ops.ones([1, 2])).shape).toEqual([1, 3]);
});

test('what is not a layer, and a name used twice, are refused', () => {
  expect(() => new Sequential([{} as never])).toThrow(/only layers/);
  const twice = [layers.dense({ units: 1, name: 'a' }), layers.dense({ units: 1, name: 'a' })];
  expect(() => new Sequential(twice)).toThrow(/named "a" already/);
});

test('an empty stack cannot be built or called, nor can a layer be taken off', () => {
  expect(() => new Sequential()(ops.ones([1]))).toThrow(StateError);
  expect(() => new Sequential().pop()).toThrow(StateError);
});

test('models are layers: a stack of stacks', () => {
  const inner = new Sequential([layers.dense({ units: 4, inputShape: [3] })]);
  const outer = new Sequential([inner, layers.dense({ units: 1 })]);
  expect(outer.built).toBe(true);
  expect(outer(ops.ones([2, 3])).shape).toEqual([2, 1]);
  expect(outer.trainableWeights).toHaveLength(4);
});

test('freezing one model freezes its layers, and a bigger model sees it', () => {
  const base = new Sequential([layers.dense({ units: 4, inputShape: [3] })]);
  base.trainable = false;
  const model = new Sequential([base, layers.dense({ units: 1 })]);
  expect(model.trainableWeights).toHaveLength(2);
  expect(model.nonTrainableWeights).toHaveLength(2);
});

test('a record names the input; another name is an error with the one it has', () => {
  const model = new Sequential([inputLayer({ shape: [2], name: 'pixels' }), layers.flatten()]);
  const pixels = ops.ones([1, 2]);
  expect(model({ pixels }).shape).toEqual([1, 2]);
  expect(() => model({ pictures: pixels })).toThrow('input "pixels" is missing');
  expect(() => model([pixels, pixels])).toThrow('has 1 input(s) ("pixels") but was called with 2');
});
