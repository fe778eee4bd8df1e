/** The runtime there is in browsers: WebAssembly. */
import { BackendUnavailableError } from '@addax/core';
import type { Ort, RuntimeKind } from './runtime.ts';

/** The runtime of a program that does not choose. */
export const DEFAULT_RUNTIME: RuntimeKind = 'web';

/** Loads a runtime; a {@link BackendUnavailableError} says how to install it. */
export async function loadRuntime(kind: RuntimeKind): Promise<Ort> {
  if (kind === 'node') {
    throw new BackendUnavailableError(
      "onnxruntime-node needs Node; pages run onnxruntime-web: leave { runtime: 'node' } out.",
    );
  }
  try {
    return (await import('onnxruntime-web/wasm')) as unknown as Ort;
  } catch (error) {
    throw new BackendUnavailableError(
      `onnxruntime-web could not be loaded: ${(error as Error).message}. If it is not installed, ` +
        'run npm install onnxruntime-web and bundle the page again.',
      { cause: error },
    );
  }
}
