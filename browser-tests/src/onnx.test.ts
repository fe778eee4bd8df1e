import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, expect, it } from '@jest/globals';

import { inChromium, type RunOptions, STRICT } from './chromium.ts';
import type onnx from './programs/onnx.ts';
import type beside from './programs/onnx-beside.ts';
import type refusals from './programs/onnx-refusals.ts';
import train from './programs/train.ts';

/** Losses and predictions may differ by this much from those of the cpu backend in Node, relatively. */
const TOLERANCE = 1e-4;

const WASM = 'ort-wasm-simd-threaded.wasm';
const MJS = 'ort-wasm-simd-threaded.mjs';

const { resolve } = createRequire(import.meta.url);

/** The files that a site has to serve. */
function files(...names: readonly string[]): Record<string, Uint8Array> {
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(resolve(`onnxruntime-web/${name}`))]),
  );
}

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const WASM_ONLY = {
  'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};

type Models = Awaited<ReturnType<typeof train>>['models'];

inChromium('ONNX Runtime in Chromium', (pages) => {
  let reference: Models;
  beforeAll(async () => {
    reference = (await train()).models;
  });

  it.each<[string, RunOptions, readonly string[]]>([
    ['in a page', {}, [WASM]],
    ['in a worker', { worker: true }, [WASM]],
    ['in a page on two threads', { headers: ISOLATED }, [MJS, WASM]],
    ['under a policy without eval', { ...STRICT, headers: WASM_ONLY }, [WASM]],
  ])('%s trains and predicts like the cpu backend in Node', async (_where, options, names) => {
    const there = await pages.run<typeof onnx>('onnx', { ...options, files: files(...names) });
    expect(there.fetched).toEqual(names);
    expectNear(there.models, reference);
  });

  it('finds its WebAssembly beside the bundle if nothing is said', async () => {
    const options = { files: { [`../${WASM}`]: files(WASM)[WASM]! } };
    expectNear(await pages.run<typeof beside>('onnx-beside', options), reference);
  });

  it('names the address and the option where its WebAssembly is not served', async () => {
    // The runtime itself tells the console about every attempt.
    const said = await pages.run<typeof refusals>('onnx-refusals', { expectedErrors: /./ });
    expect(said).toEqual({
      native: expect.stringMatching(/^BackendUnavailableError: .*needs Node/),
      threads: expect.stringMatching(/^BackendUnavailableError: .*Cross-Origin-Opener-Policy/),
      start: expect.stringMatching(
        /^BackendUnavailableError: .*http:.*\/files\/ort-wasm-simd-threaded\.wasm.*"wasmPaths"/,
      ),
    });
  });

  it('names the address it chose itself', async () => {
    const run = pages.run('onnx-beside', { expectedErrors: /./ });
    await expect(run).rejects.toThrow(/http:[^ ]*:\d+\/ort-wasm-simd-threaded\.wasm.*"wasmPaths"/);
  });

  it('names the policy that forbids its WebAssembly', async () => {
    const options = { ...STRICT, files: files(WASM), expectedErrors: /./ };
    const said = await pages.run<typeof refusals>('onnx-refusals', options);
    expect(said.start).toMatch(/^BackendUnavailableError: .*'wasm-unsafe-eval'/);
  });
});

function expectNear(actual: Models, expected: Models): void {
  expect(Object.keys(actual)).toEqual(['mlp', 'cnn', 'lstm']);
  for (const [model, { losses, predictions }] of Object.entries(actual)) {
    const there = expected[model]!;
    expect({ model, far: far(losses, there.losses) }).toEqual({ model, far: [] });
    expect({ model, far: far(predictions, there.predictions) }).toEqual({ model, far: [] });
  }
}

/** Where two lists differ by more than the tolerance. */
function far(actual: ArrayLike<number>, expected: ArrayLike<number>): string[] {
  return Array.from(expected, (value, i) => [actual[i]!, value] as const)
    .filter(([a, b]) => !(Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b))))
    .map(([a, b]) => `${a} is not ${b}`);
}
