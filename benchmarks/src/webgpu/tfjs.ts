/** The workloads on TensorFlow.js' WebGPU backend. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import { numbers } from '../workloads/data.ts';
import { tfjs } from '../workloads/tfjs.ts';
import type { Workload } from '../workloads/workload.ts';
import type { GpuWorkload } from './workloads.ts';

function matmul(size: number): Workload {
  const a = tf.tensor(numbers(size * size), [size, size]);
  const b = tf.tensor(numbers(size * size, 2), [size, size]);
  return async () => {
    const product = tf.matMul(a, b);
    await product.data();
    product.dispose();
  };
}

/** Chooses the backend and makes a workload. */
export async function tfjsWorkload(name: GpuWorkload): Promise<Workload> {
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js has no WebGPU device here');
  await tf.ready();
  switch (name) {
    case 'matmul512':
      return matmul(512);
    case 'matmul1024':
      return matmul(1024);
    default:
      return tfjs[name]();
  }
}
