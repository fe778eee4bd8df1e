/**
 * The workloads on a WebGPU adapter, one function per contender; runs in Node and in a page, so it
 * reaches nothing of either.
 */
import type { Workload } from '../workloads/workload.ts';

/** What is measured. */
export const GPU_WORKLOADS = ['matmul512', 'matmul1024', 'mlp', 'lenet'] as const;

export type GpuWorkload = (typeof GPU_WORKLOADS)[number];

/** Who is measured. */
const GPU_CONTENDERS = ['addax', 'jax-js', 'tfjs', 'ort-web'] as const;

export type GpuContender = (typeof GPU_CONTENDERS)[number];

/** Who can do it: onnxruntime-web does not train. */
export function contendersOf(name: GpuWorkload): readonly GpuContender[] {
  if (name.startsWith('matmul')) return GPU_CONTENDERS;
  return GPU_CONTENDERS.filter((who) => who !== 'ort-web');
}

/** Makes a workload on a contender; it runs once per call, until its result is on the host. */
export async function prepareOnGpu(who: GpuContender, name: GpuWorkload): Promise<Workload> {
  switch (who) {
    case 'addax':
      return (await import('./addax.ts')).addaxWorkload(name);
    case 'jax-js':
      return (await import('./jax.ts')).jaxWorkload(name);
    case 'tfjs':
      return (await import('./tfjs.ts')).tfjsWorkload(name);
    case 'ort-web':
      return (await import('./ort.ts')).ortWorkload(name);
  }
}
