import { afterAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floatToHalf, tensor, type Tensor } from '@addax/core';
import { loadModel } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'addax-tfjs-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** As TensorFlow.js writes it: no input layer, no wrapper around the configuration. */
const TOPOLOGY = {
  class_name: 'Sequential',
  config: {
    name: 'sequential_1',
    layers: [
      {
        class_name: 'Dense',
        config: {
          units: 2,
          activation: 'hard_sigmoid',
          use_bias: true,
          kernel_initializer: {
            class_name: 'VarianceScaling',
            config: { scale: 1, mode: 'fan_avg', distribution: 'normal', seed: null },
          },
          bias_initializer: { class_name: 'Zeros', config: {} },
          kernel_regularizer: null,
          name: 'dense_Dense1',
          trainable: true,
          batch_input_shape: [null, 2],
          dtype: 'float32',
        },
      },
      {
        class_name: 'Dense',
        config: {
          units: 1,
          activation: 'linear',
          use_bias: false,
          name: 'dense_Dense2',
          trainable: true,
        },
      },
    ],
  },
  keras_version: 'tfjs-layers 4.22.0',
  backend: 'tensor_flow.js',
};

interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly quantization?: object;
}

function save(weights: readonly Spec[], bytes: Uint8Array, cut: number): string {
  const specs = weights.map((spec) => ({ dtype: 'float32', ...spec }));
  const model = {
    format: 'layers-model',
    modelTopology: TOPOLOGY,
    weightsManifest: [{ paths: ['group1-shard1of2.bin', 'group1-shard2of2.bin'], weights: specs }],
  };
  writeFileSync(join(folder, 'group1-shard1of2.bin'), bytes.subarray(0, cut));
  writeFileSync(join(folder, 'group1-shard2of2.bin'), bytes.subarray(cut));
  const path = join(folder, 'model.json');
  writeFileSync(path, JSON.stringify(model));
  return path;
}

const NAMES: readonly Spec[] = [
  { name: 'dense_Dense1/kernel', shape: [2, 2] },
  { name: 'dense_Dense1/bias', shape: [2] },
  { name: 'dense_Dense2/kernel', shape: [2, 1] },
];
const KERNELS = [1, -1, 0.5, 2, 0, 0.25, 3, 4];

/** Hard sigmoid of slope 0.2, as in TensorFlow.js. */
function expected(x: readonly [number, number]): number {
  const hard = (value: number): number => Math.min(Math.max(0.2 * value + 0.5, 0), 1);
  const a = hard(x[0] + 0.5 * x[1]);
  const b = hard(-x[0] + 2 * x[1] + 0.25);
  return 3 * a + 4 * b;
}

async function outputOf(path: string): Promise<number> {
  const model = await loadModel(path);
  return (model(tensor([[0.5, 1]])) as Tensor).item() as Promise<number>;
}

test('float32 weights are read across shards', async () => {
  const bytes = new Uint8Array(Float32Array.from(KERNELS).buffer);
  expect(await outputOf(save(NAMES, bytes, 7))).toBeCloseTo(expected([0.5, 1]), 5);
});

test('weights quantised to 8, 16 and 16 floating bits are read', async () => {
  const scale = 5 / 255;
  const eight = Uint8Array.from(KERNELS, (value) => Math.round((value + 1) / scale));
  const uint8 = { quantization: { dtype: 'uint8', scale, min: -1, original_dtype: 'float32' } };
  const quantised = NAMES.map((spec) => ({ ...spec, ...uint8 }));
  expect(await outputOf(save(quantised, eight, 3))).toBeCloseTo(expected([0.5, 1]), 1);

  const fine = 5 / 65535;
  const sixteen = Uint16Array.from(KERNELS, (value) => Math.round((value + 1) / fine));
  const uint16 = { quantization: { dtype: 'uint16', scale: fine, min: -1 } };
  const bytes = new Uint8Array(sixteen.buffer);
  const path = save(
    NAMES.map((spec) => ({ ...spec, ...uint16 })),
    bytes,
    5,
  );
  expect(await outputOf(path)).toBeCloseTo(expected([0.5, 1]), 3);

  const halves = new Uint8Array(Uint16Array.from(KERNELS, floatToHalf).buffer);
  const half = { quantization: { dtype: 'float16' } };
  const halfPath = save(
    NAMES.map((spec) => ({ ...spec, ...half })),
    halves,
    5,
  );
  expect(await outputOf(halfPath)).toBeCloseTo(expected([0.5, 1]), 5);
});

test('shards of another size than the weights are refused', async () => {
  const bytes = new Uint8Array(20);
  await expect(loadModel(save(NAMES, bytes, 7))).rejects.toThrow(/hold 20 bytes.*need 32/);
});

test('what has changed its meaning can be saved again', async () => {
  const bytes = new Uint8Array(Float32Array.from(KERNELS).buffer);
  const model = await loadModel(save(NAMES, bytes, 7));
  const copy = await loadModel(await model.save());
  expect(await (copy(tensor([[0.5, 1]])) as Tensor).item()).toBeCloseTo(expected([0.5, 1]), 5);
});
