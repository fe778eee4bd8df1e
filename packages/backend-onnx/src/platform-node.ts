/** The runtimes there are in Node: the native one, and WebAssembly on demand. */
import { realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendUnavailableError } from '@addax/core';
import type { ModelFolder } from './model-source.ts';
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

/** A model file and the folder it lies in; files that links lead out of the folder are not there. */
export async function openModel(path: string | URL): Promise<ModelFolder> {
  const file = path instanceof URL ? fileURLToPath(path) : path;
  const bytes = await readFile(file);
  const folder = realpathSync(dirname(file));
  const inside = (name: string): string | undefined => {
    try {
      const real = realpathSync(join(folder, name));
      return real.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? real : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    bytes,
    sizeOf: (name) => {
      const real = inside(name);
      const info = real === undefined ? undefined : statSync(real);
      return info?.isFile() === true ? info.size : undefined;
    },
    read: (name) => readFile(inside(name)!),
  };
}
