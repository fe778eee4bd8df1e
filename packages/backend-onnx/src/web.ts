/**
 * The start of onnxruntime-web: it fetches its WebAssembly once per page, with the settings it finds
 * then, and remembers a failure. So the settings are made here, and a first tiny session shows whether
 * it works while there is still somebody to tell.
 */
import { BackendUnavailableError, GraphBuilder } from '@addax/core';
import { emit } from '@addax/onnx';
import type { OnnxOptions, WasmPaths } from './options.ts';
import type { Ort } from './runtime.ts';

const WASM = 'ort-wasm-simd-threaded.wasm';
const MJS = 'ort-wasm-simd-threaded.mjs';

/** What a page knows of itself; Node has none of it. */
export interface Page {
  readonly location?: { readonly href: string } | undefined;
  readonly crossOriginIsolated?: boolean | undefined;
  /** Remembers what was fetched. */
  readonly performance?: Fetched | undefined;
}

interface Fetched {
  getEntriesByType(type: 'resource'): readonly { readonly name: string }[];
}

/**
 * Starts the runtime.
 *
 * @throws {BackendUnavailableError} naming the address that was asked, or the headers that are missing.
 */
export async function startWeb(
  ort: Ort,
  options: OnnxOptions,
  page: Page = globalThis as Page,
): Promise<void> {
  const paths = addresses(options.wasmPaths, page);
  configure(ort, options.threads, paths, page);
  try {
    const session = await ort.InferenceSession.create(smallest(), {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'disabled',
    });
    await session.release();
  } catch (error) {
    throw new BackendUnavailableError(failure((error as Error).message, paths, page), {
      cause: error,
    });
  }
}

/** Both files, as addresses that mean the same in a page, its scripts and its workers. */
function addresses(wasmPaths: OnnxOptions['wasmPaths'], { location }: Page): WasmPaths | undefined {
  if (wasmPaths === undefined) return undefined;
  const absolute = (address: string): string =>
    location === undefined ? address : new URL(address, location.href).href;
  if (typeof wasmPaths === 'string') {
    const folder = wasmPaths.endsWith('/') ? wasmPaths : `${wasmPaths}/`;
    return { wasm: absolute(folder + WASM), mjs: absolute(folder + MJS) };
  }
  const { wasm, mjs } = wasmPaths;
  return { wasm: absolute(wasm), mjs: mjs === undefined ? undefined : absolute(mjs) };
}

function configure(
  { env }: Ort,
  threads: number | undefined,
  paths: WasmPaths | undefined,
  { location, crossOriginIsolated }: Page,
): void {
  const flags = env.wasm!;
  const inPage = location !== undefined;
  if (inPage && (threads ?? 1) > 1 && crossOriginIsolated !== true) {
    throw new BackendUnavailableError(
      `${threads} threads need a page that is cross-origin isolated: serve it with the headers ` +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, ' +
        'or leave the option "threads" out.',
    );
  }
  // Without a file of its own, a thread starts from the script that holds the runtime; in a bundle of
  // one file that is the whole program, which would run again in every thread unless it expects that.
  const single = inPage && paths?.mjs === undefined;
  if (threads !== undefined) flags.numThreads = threads;
  else if (single) flags.numThreads ??= 1;
  if (paths === undefined) return;
  const { wasm, mjs } = paths;
  const needsMjs =
    mjs !== undefined && (!inPage || (crossOriginIsolated === true && threads !== 1));
  flags.wasmPaths = needsMjs ? { wasm, mjs } : { wasm };
}

/** A model that hands its input on. */
function smallest(): Uint8Array {
  const builder = new GraphBuilder();
  const input = builder.input({ shape: [1], dtype: 'float32' });
  const graph = builder.finish([input]);
  return emit(graph, { target: 'portable', border: 'runtime', label: 'start' }).bytes;
}

function failure(message: string, paths: WasmPaths | undefined, page: Page): string {
  const fetched = page.performance
    ?.getEntriesByType('resource')
    .findLast(({ name }) => name.endsWith(WASM))?.name;
  const address = paths?.wasm ?? fetched ?? 'beside the script that holds onnxruntime-web';
  const why = /content security policy/i.test(message)
    ? "the page's Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src, and the " +
      'address in connect-src'
    : `serve ${WASM} of onnxruntime-web's dist folder there, of the same version as the script, ` +
      'or say with the option "wasmPaths" where it lies';
  return (
    `onnxruntime-web could not start: ${message} (WebAssembly from ${address}). To mend it: ` +
    `${why}; then load the page anew, since the runtime does not try again.`
  );
}
