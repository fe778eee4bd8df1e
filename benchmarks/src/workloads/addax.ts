/** The workloads on Addax. */
import {
  jit,
  layers,
  type Model,
  ops,
  optimizers,
  Sequential,
  type Tensor,
  tensor,
} from '@addax/frontend';
import { numbers } from './data.ts';
import * as models from './models.ts';
import { batchOf } from './models.ts';
import type { Workload, WorkloadName } from './workload.ts';

/** Runs a function of tensors and waits for its result. */
function timed(fn: (...args: Tensor[]) => Tensor, ...args: Tensor[]): Workload {
  return async () => {
    const result = fn(...args);
    await result.data();
    result.dispose();
  };
}

function matmul(): Workload {
  const a = tensor(numbers(2 ** 20), [1024, 1024]);
  const b = tensor(numbers(2 ** 20, 2), [1024, 1024]);
  return timed((x, y) => ops.matmul(x!, y!), a, b);
}

function conv2d(): Workload {
  const x = tensor(numbers(32 * 28 * 28 * 32), [32, 28, 28, 32]);
  const kernel = tensor(numbers(9 * 32 * 64, 2), [3, 3, 32, 64]);
  return timed((a, b) => ops.conv(a!, b!, { strides: 1, padding: 'same' }), x, kernel);
}

function chain(): Workload {
  const x = tensor(numbers(2 ** 22), [2 ** 22]);
  const y = tensor(numbers(2 ** 22, 2), [2 ** 22]);
  const fn = jit((a: Tensor, b: Tensor) =>
    ops.tanh(ops.exp(ops.sqrt(ops.square(ops.relu(a.mul(b).add(a)).sub(0.5)).add(1)).neg())),
  );
  return timed((a, b) => fn(a!, b!), x, y);
}

function stepper(model: Model, x: Tensor, y: Tensor, steps = 1): Workload {
  return async () => {
    for (let i = 0; i < steps; i++) await model.trainOnBatch(x, y);
  };
}

function mlp(): Workload {
  const { x, y } = batchOf([128, 784]);
  return stepper(models.mlp(), x, y);
}

function lenet(): Workload {
  const { x, y } = batchOf([64, 28, 28, 1]);
  return stepper(models.lenet(), x, y);
}

function toy(): Workload {
  const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
  model.compile({ optimizer: optimizers.sgd({ learningRate: 0.5 }), loss: 'meanSquaredError' });
  const x = tensor(numbers(20_000), [10_000, 2]);
  return stepper(model, x, tensor(numbers(20_000, 2), [10_000, 2]), 500);
}

/** Workloads by name. */
export const addax: Readonly<Record<WorkloadName, () => Workload>> = {
  matmul,
  conv2d,
  chain,
  mlp,
  lenet,
  toy,
};
