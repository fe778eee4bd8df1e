/** The contenders in this process, on npm's `webgpu`. */
import process from 'node:process';
import { create, globals } from 'webgpu';
import { cpuTime } from '../measure.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Place } from './compare.ts';
import { prepareOnGpu } from './workloads.ts';

/** Gives the peers the `navigator` that they look for. */
export async function openInNode(): Promise<Place> {
  const gpu = create([]);
  Object.assign(globalThis, globals);
  const navigator = { gpu, userAgent: `Node ${process.version}` };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('no WebGPU adapter; npm run setup installs a driver');
  const prepared = new Map<string, Workload>();
  return {
    name: 'node',
    device: adapter.info.description || adapter.info.architecture,
    run: async (who, workload) => {
      const key = `${who} ${workload}`;
      const known = prepared.get(key);
      const run = known ?? (await prepareOnGpu(who, workload));
      prepared.set(key, run);
      return cpuTime(run);
    },
    close: async () => undefined,
  };
}
