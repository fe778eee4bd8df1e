import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { readNpy, readNpz } from '@addax/formats';
import { loadModel, setBackend } from '@addax/frontend';

import { inChromium, STRICT } from './chromium.ts';
import type readFiles from './programs/read-files.ts';
import type readUnderPolicy from './programs/read-under-policy.ts';
import writeFiles, { makeModel, points, predict, resume } from './programs/write-files.ts';

type Written = Awaited<ReturnType<typeof writeFiles>>;

/** A model that Python's Keras made, compiled and trained. */
const SPIRALS = readFileSync(join(import.meta.dirname, '../../examples/from-python/spirals.keras'));

/** A small model as TensorFlow.js writes it: 3·x₀ + 4·x₁ + 5, its weights cut into two shards. */
function tfjsFiles(): Record<string, Uint8Array> {
  const layer = { units: 1, use_bias: true, name: 'out', batch_input_shape: [null, 2] };
  const topology = {
    class_name: 'Sequential',
    config: { name: 'sequential', layers: [{ class_name: 'Dense', config: layer }] },
    keras_version: 'tfjs-layers 4.22.0',
    backend: 'tensor_flow.js',
  };
  const weights = [
    { name: 'out/kernel', shape: [2, 1], dtype: 'float32' },
    { name: 'out/bias', shape: [1], dtype: 'float32' },
  ];
  const model = {
    format: 'layers-model',
    modelTopology: topology,
    weightsManifest: [{ paths: ['shard1of2.bin', 'shard2of2.bin'], weights }],
  };
  const bytes = new Uint8Array(Float32Array.of(3, 4, 5).buffer);
  return {
    'model.json': new TextEncoder().encode(JSON.stringify(model)),
    'shard1of2.bin': bytes.slice(0, 6),
    'shard2of2.bin': bytes.slice(6),
  };
}

inChromium('files in Chromium', (pages) => {
  let here: Written;
  beforeAll(async () => {
    await setBackend('cpu');
    here = await writeFiles();
  });

  /** What a page must find in the files that Node wrote, by file. */
  async function expected(): Promise<Record<string, Float32Array>> {
    const x = (await points().data()) as Float32Array;
    const { 'model.json': json, ...shards } = tfjsFiles();
    return {
      'model.keras': here.predictions,
      'model.weights.h5': here.predictions,
      'model.safetensors': here.predictions,
      'spirals.keras': await predict(await loadModel(SPIRALS)),
      'points.npy': x,
      'points.npz': x,
      'model.json': await predict(await loadModel(json!, { files: shards })),
    };
  }

  it.each(['page', 'worker'])(
    'a %s reads what Node, Python and TensorFlow.js wrote, however the file is given',
    async (place) => {
      const files = { ...here.files, ...tfjsFiles(), 'spirals.keras': SPIRALS };
      const options = { files, worker: place === 'worker', expectedErrors: /404/ };
      const there = await pages.run<typeof readFiles>('read-files', options);
      const wanted = await expected();
      expect(Object.keys(there.values).toSorted()).toEqual(Object.keys(wanted).toSorted());
      for (const [name, byKind] of Object.entries(there.values)) {
        for (const [how, values] of Object.entries(byKind)) {
          expect({ name, how, values }).toEqual({ name, how, values: wanted[name] });
        }
      }
      const resumed = Object.values(there.resumed['model.keras']!);
      expect(resumed).toHaveLength(8);
      for (const values of resumed) expect(values).toEqual(here.resumed);
      expect(there.errors).toEqual({
        'half a file': expect.stringMatching(/^FormatError: .*half\.keras/),
        'no such address': expect.stringMatching(/^FormatError: .*answered 404/),
        'saving to a path': expect.stringMatching(/^UnsupportedError: .*browsers have no paths/),
      });
    },
  );

  it('a page that may run no WebAssembly reads safetensors, and says what .keras needs', async () => {
    const options = { ...STRICT, files: here.files };
    const there = await pages.run<typeof readUnderPolicy>('read-under-policy', options);
    expect(there.safetensors).toEqual(here.predictions);
    expect(there.keras).toMatch(/^UnsupportedError: .*'wasm-unsafe-eval'/);
  });

  it("a page reads .keras where its policy allows no more than 'wasm-unsafe-eval'", async () => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
    const headers = { 'Content-Security-Policy': policy };
    const options = { ...STRICT, headers, files: here.files };
    const there = await pages.run<typeof readUnderPolicy>('read-under-policy', options);
    expect(there).toEqual({ safetensors: here.predictions, keras: here.predictions });
  });

  it('Node reads what a page wrote, whose bytes are those that Node writes', async () => {
    const there = await pages.run<typeof writeFiles>('write-files');
    expect(there.predictions).toEqual(here.predictions);
    expect(there.resumed).toEqual(here.resumed);
    const model = await loadModel(there.files['model.keras']!);
    expect(await predict(model)).toEqual(here.predictions);
    expect(await resume(model)).toEqual(here.resumed);
    for (const name of ['model.weights.h5', 'model.safetensors'] as const) {
      const other = makeModel(100);
      await other.loadWeights(there.files[name]!);
      expect(await predict(other)).toEqual(here.predictions);
      expect(there.files[name]).toEqual(here.files[name]);
    }
    const x = await points().data();
    expect((await readNpy(there.files['points.npy']!)).data).toEqual(x);
    expect((await readNpz(there.files['points.npz']!)).get('points')!.data).toEqual(x);
  });
});
