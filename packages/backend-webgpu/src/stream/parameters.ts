/** Tables of parameters: the words of many launches in one uniform buffer, read at dynamic offsets. */
import type { Counters } from './counters.ts';

/** UNIFORM | COPY_DST. */
const USAGE = 64 | 8;

/** The parameter words of an executable's launches. */
export interface Parameters {
  readonly buffer: GPUBuffer;
  /** Binds group 1. */
  readonly group: GPUBindGroup;
}

/** A table of `bytes` bytes of which kernels see up to `window` bytes from their offset on. */
export function makeParameters(
  gpu: GPUDevice,
  layout: GPUBindGroupLayout,
  counters: Counters,
  size: { readonly bytes: number; readonly window: number },
): Parameters {
  const window = Math.max(16, Math.ceil(size.window / 16) * 16);
  // The window of the last launch may reach beyond its words.
  const bytes = Math.ceil(size.bytes / 16) * 16 + window;
  const buffer = gpu.createBuffer({ label: 'parameters', size: bytes, usage: USAGE });
  counters.buffers++;
  const entries = [{ binding: 0, resource: { buffer, size: window } }];
  counters.bindGroups++;
  return { buffer, group: gpu.createBindGroup({ label: 'parameters', layout, entries }) };
}
