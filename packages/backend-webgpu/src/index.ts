/**
 * @packageDocumentation
 * The backend for WebGPU: predicts and trains on the GPU, in browsers and (through the npm package
 * `webgpu`) in Node.
 */
import type { Backend, BackendModule } from '@addax/core';
import { compiler } from './executable/compiler.ts';
import type { Abilities } from './launch.ts';
import { makeModule } from './module.ts';
import { checkOptions, type WebGpuOptions } from './options.ts';
import type { Counters } from './stream/counters.ts';

export type { Abilities } from './launch.ts';
export type { Counters } from './stream/counters.ts';
export type { GpuEntry, WebGpuLimits, WebGpuOptions } from './options.ts';

/** A backend that {@link webgpu} makes: what every backend has, and what it tells of its device. */
export interface WebGpuBackend extends Backend {
  readonly name: 'webgpu';
  readonly device: {
    /** What kernels may use, at most. */
    readonly abilities: Abilities;
    /** What the device was asked to do so far. */
    readonly counters: Readonly<Counters>;
    /** The `GPUDevice` itself; `destroy()` takes it away from the backend, as a driver may. */
    readonly gpu: { destroy(): void };
  };
}

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
