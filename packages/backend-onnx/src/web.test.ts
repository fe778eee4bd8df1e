import { describe, expect, test } from '@jest/globals';
import { BackendUnavailableError } from '@addax/core';
import type { OnnxOptions } from './options.ts';
import type { Ort } from './runtime.ts';
import { type Page, startWeb } from './web.ts';

const PAGE: Page = { location: { href: 'https://a.org/app/' }, crossOriginIsolated: false };
const ISOLATED: Page = { ...PAGE, crossOriginIsolated: true };

/** A runtime that starts, or fails with a message. */
function runtime(failure?: string): Ort {
  return {
    env: { wasm: {} },
    InferenceSession: {
      create: () =>
        failure === undefined
          ? Promise.resolve({ release: () => Promise.resolve() })
          : Promise.reject(new Error(failure)),
    },
  } as unknown as Ort;
}

/** What the runtime was set to. */
async function settings(options: OnnxOptions, page: Page): Promise<Ort['env']['wasm']> {
  const ort = runtime();
  await startWeb(ort, options, page);
  return ort.env.wasm;
}

describe('onnxruntime-web starts', () => {
  test('with one thread beside the bundle, where nothing is said', async () => {
    expect(await settings({}, PAGE)).toEqual({ numThreads: 1 });
    expect(await settings({}, ISOLATED)).toEqual({ numThreads: 1 });
  });

  test('from a folder relative to the page; with threads of its own choice where it may', async () => {
    const wasm = 'https://a.org/app/ort/ort-wasm-simd-threaded.wasm';
    const mjs = wasm.replace(/wasm$/, 'mjs');
    expect(await settings({ wasmPaths: 'ort' }, PAGE)).toEqual({ wasmPaths: { wasm } });
    expect(await settings({ wasmPaths: 'ort/' }, ISOLATED)).toEqual({ wasmPaths: { wasm, mjs } });
    expect(await settings({ wasmPaths: 'ort/', threads: 1 }, ISOLATED)).toEqual({
      numThreads: 1,
      wasmPaths: { wasm },
    });
  });

  test('from the address of one file, on one thread', async () => {
    const wasm = 'https://cdn.org/ort.wasm';
    const wasmPaths = { wasm };
    expect(await settings({ wasmPaths }, ISOLATED)).toEqual({ numThreads: 1, wasmPaths });
  });

  test('in Node from wherever it is installed, with as many threads as it chooses', async () => {
    expect(await settings({}, {})).toEqual({});
    expect(await settings({ threads: 2 }, {})).toEqual({ numThreads: 2 });
  });
});

describe('onnxruntime-web does not start', () => {
  test('with several threads in a page without isolation, whose headers are named', async () => {
    const start = startWeb(runtime(), { threads: 2 }, PAGE);
    await expect(start).rejects.toThrow(BackendUnavailableError);
    await expect(start).rejects.toThrow(/Cross-Origin-Opener-Policy.*Embedder.*"threads"/);
  });

  test('without its file, whose address and option are named', async () => {
    const failing = (options: OnnxOptions, page: Page): Promise<void> =>
      startWeb(runtime('fetching failed'), options, page);
    await expect(failing({ wasmPaths: '/ort/' }, PAGE)).rejects.toThrow(
      /fetching failed.*https:\/\/a\.org\/ort\/ort-wasm-simd-threaded\.wasm.*"wasmPaths"/,
    );
    const name = 'https://a.org/app/chunks/ort-wasm-simd-threaded.wasm';
    const performance = { getEntriesByType: () => [{ name }, { name: 'https://a.org/a.js' }] };
    await expect(failing({}, { ...PAGE, performance })).rejects.toThrow(name);
    await expect(failing({}, PAGE)).rejects.toThrow(/beside the script/);
  });

  test('under a policy without WebAssembly, which is named', async () => {
    const refused = runtime('violates the following Content Security policy directive');
    await expect(startWeb(refused, {}, PAGE)).rejects.toThrow(/'wasm-unsafe-eval'/);
  });
});
