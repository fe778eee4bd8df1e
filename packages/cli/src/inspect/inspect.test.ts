import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatError } from '@addax/core';
import {
  hdf5Chunks,
  openSource,
  openZip,
  type RandomAccess,
  writeHdf5,
  writeNpy,
  writeNpz,
  writeZip,
} from '@addax/formats';
import { layers, Sequential } from '@addax/frontend';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inspectFile } from './inspect.ts';

const golden = join(import.meta.dirname, '../../../conformance/golden/models');
const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
const file = (name: string): string => join(folder, name);

const LARGE = 512 * 512;

beforeAll(async () => {
  const model = new Sequential([layers.dense({ units: 512, inputShape: [512], useBias: false })]);
  await model.save(file('large.keras'));
  await model.saveWeights(file('large.weights.h5'));
  await model.saveWeights(file('large.safetensors'));
  const array = { shape: [512, 512], dtype: 'float32', data: new Float32Array(LARGE) } as const;
  await writeNpz(file('large.npz'), [{ name: 'kernel', ...array }]);
  await writeNpy(file('large.npy'), array);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each(['large.keras', 'large.weights.h5', 'large.safetensors', 'large.npz', 'large.npy'])(
  'of %s only headers are read',
  async (name) => {
    const inner = await openSource(file(name));
    let read = 0;
    const counting: RandomAccess = {
      name,
      size: inner.size,
      read(position, length) {
        read += length;
        return inner.read(position, length);
      },
      readInto(target, position) {
        read += target.length;
        inner.readInto!(target, position);
      },
      close: () => inner.close(),
    };
    const { parameters, bytes } = await inspectFile(counting);
    expect(parameters.total).toBe(LARGE);
    expect(bytes).toBeGreaterThan(4 * LARGE);
    expect(read).toBeLessThan(bytes / 4);
  },
);

test('a model that was left unzipped is described like its archive', async () => {
  const archive = await openZip(file('large.keras'));
  await mkdir(file('large'));
  for (const [name, member] of archive.members) {
    await writeFile(join(file('large'), name), await member.bytes());
  }
  await archive.close();
  const [unzipped, zipped] = [
    await inspectFile(file('large')),
    await inspectFile(file('large.keras')),
  ];
  expect({ ...unzipped, file: '', bytes: 0 }).toEqual({ ...zipped, file: '', bytes: 0 });
});

test('the kind is told from the bytes, whatever the name', async () => {
  const kindOf = async (path: string): Promise<string> =>
    (await inspectFile(readFileSync(path))).format;
  expect(await kindOf(file('large.keras'))).toBe('keras');
  expect(await kindOf(file('large.weights.h5'))).toBe('keras-weights');
  expect(await kindOf(file('large.npz'))).toBe('npz');
  expect(await kindOf(join(golden, 'keras2_cnn/model.h5'))).toBe('legacy-h5-model');
  expect(await kindOf(join(golden, 'keras2_cnn/model.json'))).toBe('keras-config');
  await writeHdf5(file('other.h5'), {
    children: { x: { shape: [2], dtype: 'int32', data: new Int32Array(2) } },
  });
  expect(await kindOf(file('other.h5'))).toBe('hdf5');
  await writeFile(file('text'), 'hello');
  await expect(kindOf(file('text'))).rejects.toThrow(/no file of a model.*expected \.keras/);
  await writeFile(file('list.json'), '{ "a": 1 }');
  await expect(kindOf(file('list.json'))).rejects.toThrow(FormatError);
});

test('compiled models show their optimizer, its state in order', async () => {
  const { writer, model, parameters } = await inspectFile(join(golden, 'compiled_adam/model.h5'));
  expect(writer).toMatchObject({ kerasVersion: '3.15.1', program: null });
  expect(model!.optimizer).toBe('Adam');
  expect(parameters.optimizer).toBeGreaterThan(parameters.total);
  const own = await inspectFile(join(golden, 'compiled_adam/model.keras'));
  const paths = own.weights.filter(({ role }) => role === 'optimizer').map(({ path }) => path);
  expect(paths).toEqual(paths.map((_, i) => `optimizer/vars/${i}`));
});

test('legacy weights alone say who wrote them', async () => {
  const array = { shape: [2, 1], dtype: 'float32', data: new Float32Array(2) } as const;
  await writeHdf5(file('legacy.h5'), {
    attributes: { layer_names: ['d'], backend: 'tensorflow', keras_version: '2.4.0' },
    children: {
      d: {
        attributes: { weight_names: ['d/kernel:0'] },
        children: { d: { children: { 'kernel:0': array } } },
      },
    },
  });
  expect(await inspectFile(file('legacy.h5'))).toMatchObject({
    format: 'legacy-h5-weights',
    writer: { kerasVersion: '2.4.0', backend: 'tensorflow' },
    model: null,
    parameters: { total: 2, trainable: null },
    weights: [{ path: 'd/d/kernel:0', shape: [2, 1], dtype: 'float32' }],
  });
});

test('models of TensorFlow.js are described without their shards', async () => {
  const dense = { name: 'd', units: 2, trainable: false, batch_input_shape: [null, 3] };
  const json = {
    format: 'layers-model',
    generatedBy: 'TensorFlow.js tfjs-layers v4.22.0',
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 's', layers: [{ class_name: 'Dense', config: dense }] },
    },
    weightsManifest: [
      {
        paths: ['group1-shard1of1.bin'],
        weights: [
          {
            name: 'd/kernel',
            shape: [3, 2],
            dtype: 'float32',
            quantization: { dtype: 'uint8', scale: 1, min: 0 },
          },
          { name: 'd/bias', shape: [2], dtype: 'float32' },
        ],
      },
    ],
  };
  const found = await inspectFile(new TextEncoder().encode(JSON.stringify(json)));
  expect(found).toMatchObject({
    format: 'tfjs-layers-model',
    writer: { kerasVersion: null, program: 'TensorFlow.js tfjs-layers v4.22.0' },
    parameters: { total: 8, trainable: 0, nonTrainable: 8 },
  });
  expect(found.model!.layers).toEqual([
    {
      name: 'd',
      className: 'Dense',
      outputShape: [null, 2],
      parameters: 8,
      trainable: 0,
      nonTrainable: 8,
      layers: [],
    },
  ]);
  expect(found.weights.map(({ dtype }) => dtype)).toEqual(['float32 (stored as uint8)', 'float32']);
});

test('a subclassed model shows the layers that its weights tell of', async () => {
  const array = { shape: [2], dtype: 'float32', data: new Float32Array(2) } as const;
  const vars = { attributes: { name: 'my_dense' }, children: { 0: array } };
  const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const lambda = { class_name: '__lambda__', config: { value: 'code' } };
  await writeZip(file('own.keras'), [
    {
      name: 'config.json',
      data: encode({
        module: 'app',
        class_name: 'Net',
        registered_name: 'app>Net',
        config: { units: 2, activation: lambda },
      }),
    },
    {
      name: 'model.weights.h5',
      data: () =>
        hdf5Chunks({
          children: {
            a: { children: { vars } },
            layers: { children: { dense: { children: { vars: { children: { 0: array } } } } } },
          },
        }),
    },
  ]);
  const { model, parameters } = await inspectFile(file('own.keras'));
  expect(model).toMatchObject({ className: 'Net', customObjects: ['app>Net', 'Python lambda'] });
  expect(model!.layers.map(({ name, parameters }) => [name, parameters])).toEqual([
    ['my_dense', 2],
    ['dense', 2],
  ]);
  expect(parameters.total).toBe(4);
});
