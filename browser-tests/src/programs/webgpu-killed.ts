/** What a page meets when the browser's GPU process dies: the device is lost for no reason of its own. */
import type { WebGpuBackend } from '@addax/backend-webgpu';
import { getBackend } from '@addax/frontend';

import { lose, type Lost } from './webgpu-lost.ts';

/** Asks for the end of the GPU process, and waits until it is noticed. */
export default function run(fileAt: (name: string) => URL): Promise<Lost> {
  return lose(async () => {
    const { gpu } = (getBackend() as WebGpuBackend).device;
    await fetch(fileAt('kill-the-gpu'));
    await (gpu as unknown as { readonly lost: Promise<unknown> }).lost;
  });
}
