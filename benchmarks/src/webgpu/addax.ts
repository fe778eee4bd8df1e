/** The workloads on Addax' WebGPU backend. */
import webgpu from '@addax/backend-webgpu';
import { ops, setBackend, tensor } from '@addax/frontend';
import { numbers } from '../workloads/data.ts';
import { batchOf, lenet, mlp } from '../workloads/models.ts';
import type { Workload } from '../workloads/workload.ts';
import type { GpuWorkload } from './workloads.ts';

function matmul(size: number): Workload {
  const a = tensor(numbers(size * size), [size, size]);
  const b = tensor(numbers(size * size, 2), [size, size]);
  return async () => {
    const product = ops.matmul(a, b);
    await product.data();
    product.dispose();
  };
}

/** Chooses the backend and makes a workload. */
export async function addaxWorkload(name: GpuWorkload): Promise<Workload> {
  await setBackend(webgpu);
  switch (name) {
    case 'matmul512':
      return matmul(512);
    case 'matmul1024':
      return matmul(1024);
    case 'mlp':
    case 'lenet': {
      const model = name === 'mlp' ? mlp() : lenet();
      const { x, y } = batchOf(name === 'mlp' ? [128, 784] : [64, 28, 28, 1]);
      return async () => {
        await model.trainOnBatch(x, y);
      };
    }
  }
}
