/** The same workloads on TensorFlow.js, on whichever of its backends is chosen. */
import * as tf from '@tensorflow/tfjs';
import { classNumbers, numbers } from './data.ts';
import type { Workload, WorkloadName } from './workload.ts';

function timed(fn: () => tf.Tensor): Workload {
  return async () => {
    const result = tf.tidy(fn);
    await result.data();
    result.dispose();
  };
}

function matmul(): Workload {
  const a = tf.tensor(numbers(2 ** 20), [1024, 1024]);
  const b = tf.tensor(numbers(2 ** 20, 2), [1024, 1024]);
  return timed(() => tf.matMul(a, b));
}

function conv2d(): Workload {
  const x = tf.tensor4d(numbers(32 * 28 * 28 * 32), [32, 28, 28, 32]);
  const kernel = tf.tensor4d(numbers(9 * 32 * 64, 2), [3, 3, 32, 64]);
  return timed(() => tf.conv2d(x, kernel, 1, 'same'));
}

function chain(): Workload {
  const x = tf.tensor(numbers(2 ** 22));
  const y = tf.tensor(numbers(2 ** 22, 2));
  return timed(() => x.mul(y).add(x).relu().sub(0.5).square().add(1).sqrt().neg().exp().tanh());
}

function stepper(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor, steps = 1): Workload {
  return async () => {
    for (let i = 0; i < steps; i++) await model.trainOnBatch(x, y);
  };
}

function oneHot(count: number): tf.Tensor {
  return tf.oneHot(tf.tensor1d(classNumbers(count, 10), 'int32'), 10);
}

function mlp(): Workload {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 512, activation: 'relu', inputShape: [784] }),
      tf.layers.dense({ units: 512, activation: 'relu' }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  return stepper(model, tf.tensor(numbers(128 * 784), [128, 784]), oneHot(128));
}

function lenet(): Workload {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        filters: 32,
        kernelSize: 3,
        activation: 'relu',
        inputShape: [28, 28, 1],
      }),
      tf.layers.maxPooling2d({}),
      tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({}),
      tf.layers.flatten(),
      tf.layers.dense({ units: 128, activation: 'relu' }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  return stepper(model, tf.tensor(numbers(64 * 784), [64, 28, 28, 1]), oneHot(64));
}

function toy(): Workload {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
  const x = tf.tensor(numbers(20_000), [10_000, 2]);
  return stepper(model, x, tf.tensor(numbers(20_000, 2), [10_000, 2]), 500);
}

/** Workloads by name; made while the backend they run on is chosen. */
export const tfjs: Readonly<Record<WorkloadName, () => Workload>> = {
  matmul,
  conv2d,
  chain,
  mlp,
  lenet,
  toy,
};

/** A workload that runs on this backend of TensorFlow.js whatever else ran in between. */
export async function onTfjs(backend: 'cpu' | 'wasm', name: WorkloadName): Promise<Workload> {
  await tf.setBackend(backend);
  const run = tfjs[name]();
  return async () => {
    await tf.setBackend(backend);
    await run();
  };
}
