/** The runtime there is in browsers: WebAssembly. */
import { BackendUnavailableError, FormatError } from '@addax/core';
import type { ModelFolder } from './model-source.ts';
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

/** A model by its address, relative to the page; what lies beside it cannot be asked for its size. */
export async function openModel(path: string | URL): Promise<ModelFolder> {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  const response = await fetch(new URL(path, page));
  if (!response.ok) {
    throw new FormatError(
      `${String(path)} could not be fetched: ${response.status} ${response.statusText}`,
    );
  }
  return { bytes: new Uint8Array(await response.arrayBuffer()) };
}
