/** Where WebGPU comes from in Node, which has none of its own: the npm package `webgpu`. */
import process from 'node:process';
import { BackendUnavailableError } from '@addax/core';

/** What to do where there is no graphics card that WebGPU takes. */
export const NO_ADAPTER: string =
  'no graphics adapter was found. On Linux, WebGPU needs a Vulkan driver and its loader ' +
  '(Debian: apt-get install libvulkan1 mesa-vulkan-drivers, of Mesa 23 or newer); a driver ' +
  'elsewhere is named by its file in VK_DRIVER_FILES' +
  (process.env['VK_DRIVER_FILES'] ? `, now ${process.env['VK_DRIVER_FILES']}` : '');

/** One for the process: collected while a device works, it would abort the process. */
let entry: Promise<GPU> | undefined;

/** The entry to WebGPU; a {@link BackendUnavailableError} says how to get one. */
export function findGpu(): Promise<GPU> {
  const own = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (own !== undefined) return Promise.resolve(own);
  entry ??= load();
  return entry;
}

async function load(): Promise<GPU> {
  try {
    const { create } = await import('webgpu');
    return create([]);
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    throw new BackendUnavailableError(
      isMissing
        ? 'the package webgpu, which brings WebGPU to Node, is not installed: run npm install webgpu'
        : `the package webgpu could not be loaded on ${process.platform} ${process.arch}: ` +
            `${message}. Use webgpu 0.6.2 or newer.`,
      { cause: error },
    );
  }
}
