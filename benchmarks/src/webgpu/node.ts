/** The contenders in this process, on npm's `webgpu`. */
import process from 'node:process';
import { create, globals } from 'webgpu';
import { cpuTime } from '../measure.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Place } from './compare.ts';
import { prepareOnGpu } from './workloads.ts';

const NOTE =
  "onnxruntime-web's WebAssembly memory is shared, and npm's webgpu takes no views of shared memory: " +
  'its writes to buffers are handed copies';

/** What a GPU queue is told to write. */
type Write = Parameters<GPUQueue['writeBuffer']>;

/** Lets writes to buffers take views of shared memory, as they do in browsers. */
function takeSharedMemory(queue: { writeBuffer(...write: Write): void }): void {
  const { writeBuffer } = queue;
  queue.writeBuffer = function (buffer, at, data, ...part) {
    const isShared = ArrayBuffer.isView(data) && data.buffer instanceof SharedArrayBuffer;
    const copy = isShared ? (data as Uint8Array<ArrayBuffer>).slice() : data;
    writeBuffer.call(this, buffer, at, copy, ...part);
  };
}

/** Gives the peers the `navigator` that they look for. */
export async function openInNode(): Promise<Place> {
  const gpu = create([]);
  Object.assign(globalThis, globals);
  takeSharedMemory((globals as { GPUQueue: { prototype: GPUQueue } }).GPUQueue.prototype);
  const navigator = { gpu, userAgent: `Node ${process.version}` };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('no WebGPU adapter; npm run setup installs a driver');
  const prepared = new Map<string, Workload>();
  return {
    name: 'node',
    device: adapter.info.description || adapter.info.architecture,
    note: NOTE,
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
