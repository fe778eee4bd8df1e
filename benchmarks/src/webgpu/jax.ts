/**
 * The workloads on jax-js. Its optimizers are not on npm: Adam is written by hand inside one compiled
 * step, which is its best case. Its arrays are consumed by what is done with them; `.ref` keeps one.
 */
import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { classNumbers, numbers } from '../workloads/data.ts';
import type { Workload } from '../workloads/workload.ts';
import type { GpuWorkload } from './workloads.ts';

type Parameters = np.Array[];

function matmul(size: number): Workload {
  const a = np.array(numbers(size * size)).reshape([size, size]);
  const b = np.array(numbers(size * size, 2)).reshape([size, size]);
  const fn = jit((x: np.Array, y: np.Array) => np.matmul(x, y));
  return async () => {
    await fn(a.ref, b.ref).data();
  };
}

/** Weights with the bounds that Keras draws within. */
function glorot(shape: number[], fanIn: number, fanOut: number, seed: number): np.Array {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  const size = shape.reduce((all, n) => all * n, 1);
  return np.array(numbers(size, seed).map((value) => value * limit)).reshape(shape);
}

function dense(inputs: number, units: number, seed: number): np.Array[] {
  return [glorot([inputs, units], inputs, units, seed), np.zeros([units])];
}

function conv(channels: number, filters: number, seed: number): np.Array[] {
  const kernel = glorot([filters, channels, 3, 3], 9 * channels, 9 * filters, seed);
  return [kernel, np.zeros([1, filters, 1, 1])];
}

/** Mean cross-entropy of logits with labels as rows of a one-hot matrix. */
function crossEntropy(logits: np.Array, labels: np.Array): np.Array {
  return nn
    .logSoftmax(logits)
    .mul(labels)
    .sum()
    .mul(-1 / labels.shape[0]!);
}

type Loss = (parameters: Parameters, x: np.Array, y: np.Array) => np.Array;

function mlpLoss([w1, b1, w2, b2, w3, b3]: Parameters, x: np.Array, y: np.Array): np.Array {
  const first = nn.relu(np.matmul(x, w1!).add(b1!));
  const second = nn.relu(np.matmul(first, w2!).add(b2!));
  return crossEntropy(np.matmul(second, w3!).add(b3!), y);
}

function lenetLoss(parameters: Parameters, x: np.Array, y: np.Array): np.Array {
  const [k1, c1, k2, c2, w1, b1, w2, b2] = parameters;
  const pool = (h: np.Array): np.Array => lax.reduceWindow(h, np.max, [2, 2], [2, 2]);
  const first = pool(nn.relu(lax.conv(x, k1!, [1, 1], 'VALID').add(c1!)));
  const second = pool(nn.relu(lax.conv(first, k2!, [1, 1], 'VALID').add(c2!)));
  const flat = second.reshape([64, 1600]);
  const hidden = nn.relu(np.matmul(flat, w1!).add(b1!));
  return crossEntropy(np.matmul(hidden, w2!).add(b2!), y);
}

/** One compiled step of Adam: (parameters, m, v, counters, x, y) → the same, and the loss. */
function stepper(loss: Loss, start: Parameters, shape: number[]): Workload {
  const x = np.array(numbers(shape.reduce((all, n) => all * n, 1))).reshape(shape);
  const labels = classNumbers(shape[0]!, 10);
  const rows = new Float32Array(labels.length * 10);
  labels.forEach((label, i) => (rows[i * 10 + label] = 1));
  const y = np.array(rows).reshape([labels.length, 10]);
  const step = jit(
    (p: Parameters, m: Parameters, v: Parameters, t: np.Array, a: np.Array, b: np.Array) => {
      const [value, gradients] = valueAndGrad(loss)(
        p.map((one) => one.ref),
        a,
        b,
      );
      const c1 = np.reciprocal(np.subtract(1, np.power(0.9, t.ref)));
      const c2 = np.reciprocal(np.subtract(1, np.power(0.999, t.ref)));
      const m2 = m.map((one, i) => one.mul(0.9).add((gradients as Parameters)[i]!.ref.mul(0.1)));
      const v2 = v.map((one, i) => {
        const g = (gradients as Parameters)[i]!;
        return one.mul(0.999).add(g.ref.mul(g).mul(0.001));
      });
      const p2 = p.map((one, i) => {
        const root = np.sqrt(v2[i]!.ref.mul(c2.ref)).add(1e-7);
        return one.sub(m2[i]!.ref.mul(c1.ref).mul(1e-3).div(root));
      });
      c1.dispose();
      c2.dispose();
      return { p: p2, m: m2, v: v2, t: t.add(1), value };
    },
  );
  const zeros = (): Parameters => start.map((one) => np.zeros(one.shape));
  let state = { p: start, m: zeros(), v: zeros(), t: np.array(1) };
  return async () => {
    const { value, ...next } = step(state.p, state.m, state.v, state.t, x.ref, y.ref);
    state = next;
    await value.data();
  };
}

/** Chooses the WebGPU device and makes a workload. */
export async function jaxWorkload(name: GpuWorkload): Promise<Workload> {
  if (!(await init('webgpu')).includes('webgpu'))
    throw new Error('jax-js has no WebGPU device here');
  defaultDevice('webgpu');
  switch (name) {
    case 'matmul512':
      return matmul(512);
    case 'matmul1024':
      return matmul(1024);
    case 'mlp':
      return stepper(
        mlpLoss,
        [...dense(784, 512, 1), ...dense(512, 512, 2), ...dense(512, 10, 3)],
        [128, 784],
      );
    case 'lenet': {
      const layers = [...conv(1, 32, 1), ...conv(32, 64, 2)];
      return stepper(
        lenetLoss,
        [...layers, ...dense(1600, 128, 3), ...dense(128, 10, 4)],
        [64, 1, 28, 28],
      );
    }
  }
}
