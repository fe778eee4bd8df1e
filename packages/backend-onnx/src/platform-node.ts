/** The runtimes there are in Node: the native one, and WebAssembly on demand. */
import { BackendUnavailableError } from '@addax/core';
import type { Ort, RuntimeKind } from './runtime.ts';

/** The runtime of a program that does not choose. */
export const DEFAULT_RUNTIME: RuntimeKind = 'node';

/** Loads a runtime; a {@link BackendUnavailableError} says how to install it. */
export async function loadRuntime(kind: RuntimeKind): Promise<Ort> {
  try {
    const loaded: unknown =
      kind === 'node' ? await import('onnxruntime-node') : await import('onnxruntime-web');
    // CommonJS arrives as a default export, ES modules as themselves.
    const module = loaded as { readonly default?: Ort } & Ort;
    return module.InferenceSession === undefined ? module.default! : module;
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    const missing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String(code));
    throw new BackendUnavailableError(
      missing && message.includes(`onnxruntime-${kind}`)
        ? `onnxruntime-${kind} is not installed: run npm install onnxruntime-${kind}` +
            (kind === 'web'
              ? '.'
              : ' (behind a firewall: ONNXRUNTIME_NODE_INSTALL=skip npm install ' +
                'onnxruntime-node, since its install script downloads CUDA libraries that are ' +
                'not needed here).')
        : `onnxruntime-${kind} could not be loaded on ${process.platform} ${process.arch}: ` +
            `${message}. Its native library is built for glibc Linux, Windows and macOS on ARM; ` +
            "elsewhere install onnxruntime-web and choose it with { runtime: 'web' }.",
      { cause: error },
    );
  }
}
