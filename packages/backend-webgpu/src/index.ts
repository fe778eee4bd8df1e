/**
 * @packageDocumentation
 * The backend for WebGPU: predicts and trains on the GPU, in browsers and (through the npm package
 * `webgpu`) in Node.
 */
import type { BackendModule } from '@addax/core';
import { compiler } from './executable/compiler.ts';
import { makeModule } from './module.ts';
import { checkOptions, type WebGpuOptions } from './options.ts';

export { WebGpuBackend } from './backend.ts';
export type { GpuEntry, WebGpuLimits, WebGpuOptions } from './options.ts';

/**
 * The module to register or hand to `setBackend`, which takes {@link WebGpuOptions} beside it.
 *
 * `auto` never chooses software that acts as a GPU; choose the backend by name to run on it.
 *
 * @example
 * import webgpu from '@addax/backend-webgpu';
 * await setBackend(webgpu, { powerPreference: 'low-power' });
 */
export const webgpu: BackendModule = makeModule({}, compiler);

/**
 * A module with options of its own, such as another entry to WebGPU than the surroundings offer.
 *
 * @param options Options of every backend it makes, unless it is handed others.
 * @throws {ArgumentError} for an unknown option or a wrong value.
 *
 * @example
 * import { create } from 'webgpu';
 * await setBackend(webgpuWith({ gpu: create(['adapter=NVIDIA H100']) }));
 */
export function webgpuWith(options: WebGpuOptions): BackendModule {
  return makeModule(checkOptions({ ...options }), compiler);
}

/** @alias */
export default webgpu;
