/** What the page of the benchmark offers to the process that drives it. */
import type { Workload } from '../workloads/workload.ts';
import { type GpuContender, type GpuWorkload, prepareOnGpu } from './workloads.ts';

/** The functions on the page's global object. */
export interface BenchPage {
  device(): Promise<string>;
  prepare(who: GpuContender, workload: GpuWorkload): Promise<void>;
  run(who: GpuContender, workload: GpuWorkload): Promise<void>;
}

const prepared = new Map<string, Workload>();

const page: BenchPage = {
  device: async () => {
    const { navigator } = globalThis as unknown as { readonly navigator: { readonly gpu: GPU } };
    const info = (await navigator.gpu.requestAdapter())?.info;
    return info === undefined ? 'no adapter' : `${info.vendor} ${info.architecture}`;
  },
  prepare: async (who, workload) => {
    const key = `${who} ${workload}`;
    if (!prepared.has(key)) prepared.set(key, await prepareOnGpu(who, workload));
  },
  run: (who, workload) => prepared.get(`${who} ${workload}`)!(),
};
Object.assign(globalThis, { benchPage: page });
