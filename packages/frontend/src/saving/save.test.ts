import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemorySink, openHdf5, openZip, readSafetensors } from '@addax/formats';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  ArgumentError,
  input,
  layers,
  Model,
  optimizers,
  Sequential,
  UnsupportedError,
  utils,
} from '../index.ts';
import { pythonJson } from './python-json.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'save-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  utils.clearSession();
});

const x = Array.from({ length: 4 }, (_, i) => [i, 1, -i]);
const y = [[0], [1], [0], [1]];

async function trained(): Promise<Sequential> {
  const model = new Sequential([
    layers.dense({ units: 2, inputShape: [3] }),
    layers.dropout({ rate: 0.5, seed: 1 }),
    layers.dense({ units: 1 }),
  ]);
  const optimizer = optimizers.adam({ learningRate: 0.01 });
  model.compile({ optimizer, loss: 'meanSquaredError', metrics: ['mae'] });
  await model.fit(x, y, { verbose: 0, batchSize: 2 });
  return model;
}

async function members(bytes: Uint8Array): Promise<{
  names: string[];
  config: Record<string, unknown>;
  weights: Awaited<ReturnType<typeof openHdf5>>;
}> {
  const archive = await openZip(bytes);
  const config = JSON.parse(await archive.members.get('config.json')!.text()) as never;
  const weights = await openHdf5(await archive.members.get('model.weights.h5')!.bytes());
  return { names: [...archive.members.keys()], config, weights };
}

test('without a target a model becomes bytes, an archive as Keras makes it', async () => {
  const model = await trained();
  const { names, config, weights } = await members(await model.save());
  expect(names).toEqual(['metadata.json', 'config.json', 'model.weights.h5']);
  expect(config).toMatchObject({
    module: 'keras',
    class_name: 'Sequential',
    build_config: { input_shape: [null, 3] },
    compile_config: {
      optimizer: { class_name: 'Adam', config: { learning_rate: Math.fround(0.01) } },
      loss: 'mean_squared_error',
      metrics: ['mae'],
      steps_per_execution: 1,
    },
  });
  expect([...weights.children.keys()].toSorted()).toEqual(['addax', 'layers', 'optimizer', 'vars']);
  const kernel = weights.dataset('layers/dense_1/vars/0');
  expect(kernel.shape).toEqual([2, 1]);
  expect(await kernel.data()).toEqual(await model.layers[2]!.weights[0]!.value.data());
  expect(weights.get('layers/dense_1/vars')!.attributes.get('name')).toBe('dense_1');
  expect(await weights.dataset('optimizer/vars/0').data()).toEqual(Int32Array.of(2));
  expect(weights.get('optimizer/vars/9')).toBeDefined();
  expect(weights.get('optimizer/vars/10')).toBeUndefined();
});

test('random numbers and metrics are saved too, where Keras does not look', async () => {
  const { weights } = await members(await (await trained()).save());
  expect(weights.dataset('addax/seeds/0').dtype).toBe('uint32');
  expect(weights.get('addax/metrics/0')!.attributes.get('name')).toBe('loss');
  expect(weights.dataset('addax/metrics/0/1').shape).toEqual([]);
});

test('the optimizer stays out when that is asked for', async () => {
  const model = await trained();
  const { config, weights } = await members(
    await model.save(undefined, { includeOptimizer: false }),
  );
  expect(config['compile_config']).toEqual({});
  expect(weights.get('optimizer')).toBeUndefined();
});

test('a learning rate that was changed is saved as it is now', async () => {
  const model = await trained();
  model.optimizer.learningRateVariable!.assign(0.5);
  const { config } = await members(await model.save());
  expect(config).toMatchObject({
    compile_config: { optimizer: { config: { learning_rate: 0.5 } } },
  });
});

test('what is saved is the moment of the call, though training goes on', async () => {
  const model = await trained();
  const before = await model.layers[0]!.weights[0]!.value.array();
  const saving = model.saveWeights();
  await model.fit(x, y, { verbose: 0 });
  const weights = await openHdf5(await saving);
  const data = await weights.dataset('layers/dense/vars/0').data();
  expect(Array.from(data as Float32Array)).toEqual((before as number[][]).flat());
});

test('what cannot stand in a file is told before anything is written', async () => {
  const inputs = input({ shape: [2] });
  const outputs = layers.lambda({ function: (value) => value })(inputs);
  const model = new Model({ inputs, outputs });
  const path = join(folder, 'lambda.keras');
  await expect(model.save(path)).rejects.toThrow(UnsupportedError);
  expect(await readdir(folder)).not.toContain('lambda.keras');
});

test('a file that is not to be replaced stays', async () => {
  const model = await trained();
  const path = join(folder, 'kept.keras');
  await model.save(path);
  await expect(model.save(path, { overwrite: false })).rejects.toThrow(ArgumentError);
  await model.save(path);
  expect(await readdir(folder)).toEqual(['kept.keras']);
});

test('the ending says what is meant; others are refused with the right ones', async () => {
  const model = await trained();
  await expect(model.save('model.h5')).rejects.toThrow('only read');
  await expect(model.save('model')).rejects.toThrow('.keras');
  await expect(model.saveWeights('weights')).rejects.toThrow('.weights.h5');
});

test('a model without weights yet cannot be saved', async () => {
  const model = new Sequential([layers.dense({ units: 1 })]);
  await expect(model.save()).rejects.toThrow('not built');
});

test('safetensors hold the weights by their paths, or by names of one’s own', async () => {
  const model = await trained();
  const names = (bytes: Uint8Array): string[] => [...readSafetensors(bytes).keys()].toSorted();
  const paths = model.weights.map(({ path }) => path).toSorted();
  expect(names(await model.saveWeights(undefined, { format: 'safetensors' }))).toEqual(paths);
  const sink = new MemorySink();
  await model.saveWeights(sink, { format: 'safetensors', names: (path) => `net.${path}` });
  expect(names(sink.bytes())).toEqual(paths.map((path) => `net.${path}`));
  const same = { format: 'safetensors', names: () => 'same' } as const;
  await expect(model.saveWeights(sink, same)).rejects.toThrow('two weights');
});

test('numbers that JSON has no words for are written as Python writes them', () => {
  expect(pythonJson({ a: [1, Infinity, -Infinity], b: NaN, c: undefined, d: null })).toBe(
    '{"a": [1, Infinity, -Infinity], "b": NaN, "d": null}',
  );
});

test('options that Python takes only as floats are written with a point', () => {
  expect(pythonJson({ momentum: 0, units: 2, learning_rate: 0.5 })).toBe(
    '{"momentum": 0.0, "units": 2, "learning_rate": 0.5}',
  );
});
