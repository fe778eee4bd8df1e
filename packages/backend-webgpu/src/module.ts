/** The module of the webgpu backend: finds out whether there is a GPU, and opens it. */
import type { BackendModule, Probe } from '@addax/core';
import { type Compiler, WebGpuBackend } from './backend.ts';
import { describeAdapter, findAdapter, isSoftware, openDevice } from './device/adapter.ts';
import { checkOptions, type WebGpuOptions } from './options.ts';

/** A module whose backends have these options unless they are made with others. */
export function makeModule(defaults: WebGpuOptions, compiler: Compiler): BackendModule {
  return {
    name: 'webgpu',
    probe: async (request) => {
      try {
        const { adapter } = await findAdapter({
          ...defaults,
          ...checkOptions(request?.options ?? {}),
        });
        return answer(adapter, request?.isAutomatic);
      } catch (error) {
        return { ok: false, reason: (error as Error).message };
      }
    },
    create: async (options = {}) => {
      const checked = { ...defaults, ...checkOptions(options) };
      const { adapter, entry } = await findAdapter(checked);
      return new WebGpuBackend(await openDevice(adapter), { ...checked, gpu: entry }, compiler);
    },
  };
}

/** `isAutomatic` is undefined where somebody only wants to know. */
function answer(adapter: GPUAdapter, isAutomatic: boolean | undefined): Probe {
  const device = describeAdapter(adapter);
  if (!isSoftware(adapter)) return { ok: true, device };
  if (isAutomatic === true) {
    return {
      ok: false,
      reason:
        `${device} is software, slower than the backends for the processor. To use it all the ` +
        "same, choose it by name: setBackend('webgpu') or ADDAX_BACKEND=webgpu",
    };
  }
  if (isAutomatic === false) noteSoftware(device);
  return { ok: true, device: `${device} (software)` };
}

let isNoted = false;

function noteSoftware(device: string): void {
  if (isNoted) return;
  isNoted = true;
  // oxlint-disable-next-line no-console -- who chose it by name may wonder at its speed
  console.warn(
    `addax: the webgpu backend runs on ${device}, which is software and slower than the backends ` +
      'cpu and onnx.',
  );
}
