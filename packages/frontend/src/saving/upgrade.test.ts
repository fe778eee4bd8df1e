import { expect, test } from '@jest/globals';
import { FormatError } from '@addax/core';
import { modelFromJson } from './index.ts';
import { parseJson } from './parse-json.ts';
import { upgradeConfig, writerOf } from './upgrade.ts';

test('NaN and Infinity are numbers, except in text', () => {
  expect(
    parseJson('x', '{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN, \\"Infinity\\""}'),
  ).toEqual({
    a: NaN,
    b: [-Infinity, Infinity],
    c: 'NaN, "Infinity"',
  });
});

test('what is no JSON, or nested without end, is a FormatError', () => {
  expect(() => parseJson('x', '{')).toThrow(FormatError);
  expect(() => parseJson('x', '['.repeat(100_000))).toThrow(/levels deep/);
});

test('a stack of Keras 2 gets the input layer that its first layer stood for', () => {
  const model = modelFromJson(
    JSON.stringify({
      class_name: 'Sequential',
      keras_version: '2.2.4',
      config: [
        {
          class_name: 'Conv2D',
          config: {
            name: 'conv',
            filters: 2,
            kernel_size: [3, 3],
            batch_input_shape: [null, 8, 8, 1],
            dtype: 'float32',
            kernel_initializer: {
              class_name: 'VarianceScaling',
              config: { scale: 1, mode: 'fan_avg', distribution: 'uniform', dtype: 'float32' },
            },
          },
        },
        { class_name: 'BatchNormalization', config: { name: 'bn', axis: [3], fused: true } },
        {
          class_name: 'DepthwiseConv2D',
          config: { name: 'dw', kernel_size: 2, groups: 1, kernel_initializer: 'zeros' },
        },
      ],
    }),
  );
  expect(model.layers.map(({ name }) => name)).toEqual(['conv', 'bn', 'dw']);
  expect(model.inputs[0]!.shape).toEqual([null, 8, 8, 1]);
});

test('graphs of Keras 2 are read, with their nodes as lists', () => {
  const dense = (name: string, from: string): object => ({
    class_name: 'Dense',
    name,
    config: { name, units: 2, dtype: { class_name: 'Policy', config: { name: 'float32' } } },
    inbound_nodes: [[[from, 0, 0, {}]]],
  });
  const model = modelFromJson(
    JSON.stringify({
      module: 'keras.src.engine.functional',
      class_name: 'Functional',
      config: {
        name: 'old',
        layers: [
          {
            class_name: 'InputLayer',
            name: 'x',
            config: { batch_input_shape: [null, 3], dtype: 'float32', ragged: false, name: 'x' },
            inbound_nodes: [],
          },
          dense('a', 'x'),
          dense('b', 'a'),
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [['b', 0, 0]],
      },
    }),
  );
  expect(model.layers.map(({ name }) => name)).toEqual(['x', 'a', 'b']);
});

test('losses and optimizers of Keras 2 are put into today’s words', () => {
  expect(
    upgradeConfig({ class_name: 'Huber', config: { reduction: 'auto', fn: 'huber', delta: 1 } }),
  ).toEqual({ class_name: 'Huber', config: { reduction: 'sum_over_batch_size', delta: 1 } });
  expect(
    upgradeConfig({ class_name: 'SGD', config: { lr: 0.1, decay: 0, is_legacy_optimizer: false } }),
  ).toEqual({ class_name: 'SGD', config: { learning_rate: 0.1 } });
  expect(
    upgradeConfig({ class_name: 'MeanMetricWrapper', config: { name: 'accuracy', fn: 'x' } }),
  ).toBe('accuracy');
});

test('classes of one’s own are left as they are', () => {
  const own = { class_name: 'Dense', registered_name: 'my>Dense', config: { fused: true, lr: 1 } };
  expect(upgradeConfig(own, 'keras2')).toEqual(own);
});

test('the writer is told from the version', () => {
  const old = ['1.2.0', '2.15.0', 'tfjs-layers 4.0'];
  expect(old.every((version) => writerOf(version) === 'keras2')).toBe(true);
  expect(['3.15.1', undefined].every((version) => writerOf(version) === 'keras3')).toBe(true);
});
