/** Where WebGPU comes from in browsers. */
import { BackendUnavailableError } from '@addax/core';

/** What to do where there is no graphics card that WebGPU takes. */
export const NO_ADAPTER: string =
  'this browser found no graphics adapter for WebGPU. Look at chrome://gpu or about:support; ' +
  'graphics acceleration may be switched off, or the driver blocked';

/** What a page or a worker has around it. */
interface Surroundings {
  readonly navigator: { readonly gpu?: GPU };
  readonly isSecureContext: boolean;
}

/** The entry to WebGPU; a {@link BackendUnavailableError} says why there is none. */
export function findGpu(): Promise<GPU> {
  const { navigator, isSecureContext } = globalThis as unknown as Surroundings;
  const { gpu } = navigator;
  if (gpu !== undefined) return Promise.resolve(gpu);
  return Promise.reject(
    new BackendUnavailableError(
      isSecureContext
        ? 'this browser has no WebGPU: use Chrome, Edge, Firefox or Safari of a recent version'
        : 'browsers offer WebGPU to secure pages only: serve this one through https or localhost',
    ),
  );
}
