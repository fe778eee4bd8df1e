import { afterAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hdf5GroupInput, Hdf5Input } from '@addax/formats';
import { layers, Sequential } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'addax-weights-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function stack(units = 2): Sequential {
  return new Sequential(
    [
      layers.dense({ units: 2, inputShape: [2], name: 'first' }),
      layers.dense({ units, name: 'second' }),
    ],
    { name: 'stack' },
  );
}

async function valuesOf(model: Sequential): Promise<unknown[]> {
  return Promise.all(model.getWeights().map((weight) => weight.array()));
}

function dataset(shape: readonly number[], ...values: number[]): Hdf5Input {
  return { shape, dtype: 'float32', data: Float32Array.from(values) };
}

function group(
  children: Readonly<Record<string, Hdf5Input>>,
  attributes: Hdf5GroupInput['attributes'] = {},
): Hdf5GroupInput {
  return { attributes, children };
}

async function fileOf(name: string, root: Hdf5GroupInput): Promise<string> {
  const { writeHdf5 } = await import('@addax/formats');
  const path = join(folder, name);
  await writeHdf5(path, root);
  return path;
}

const FIRST = { '0': dataset([2, 2], 1, 2, 3, 4), '1': dataset([2], 5, 6) };
const SECOND = { '0': dataset([2, 2], 7, 8, 9, 10), '1': dataset([2], 11, 12) };
const VALUES = [
  [
    [1, 2],
    [3, 4],
  ],
  [5, 6],
  [
    [7, 8],
    [9, 10],
  ],
  [11, 12],
];

test.each(['stack.weights.h5', 'stack.safetensors'])('%s brings the weights back', async (name) => {
  const model = stack();
  const path = join(folder, name);
  await model.saveWeights(path);
  const copy = stack();
  await copy.loadWeights(path);
  expect(await valuesOf(copy)).toEqual(await valuesOf(model));
});

test('a whole model gives its weights too', async () => {
  const model = stack();
  const copy = stack();
  await copy.loadWeights(await model.save());
  expect(await valuesOf(copy)).toEqual(await valuesOf(model));
});

test('weights spread over several files are found beside the index, or handed over', async () => {
  const one = await fileOf(
    's_00000.weights.h5',
    group({ layers: group({ dense: group({ vars: group(FIRST) }) }) }),
  );
  // A group may be split between files.
  const { '0': kernel, '1': bias } = SECOND;
  const part = (vars: Readonly<Record<string, Hdf5Input>>): Hdf5GroupInput =>
    group({ layers: group({ dense_1: group({ vars: group(vars) }) }) });
  await fileOf('s_00001.weights.h5', part({ '0': kernel }));
  await fileOf('s_00002.weights.h5', part({ '1': bias }));
  const index = join(folder, 's.weights.json');
  const map = {
    '/layers/dense/vars': 's_00000.weights.h5',
    '/layers/dense_1/vars': ['s_00001.weights.h5', 's_00002.weights.h5'],
  };
  const json = JSON.stringify({ metadata: { total_size: 48 }, weight_map: map });
  writeFileSync(index, json);
  const model = stack();
  await model.loadWeights(index);
  expect(await valuesOf(model)).toEqual(VALUES);

  const bytes = new TextEncoder().encode(json);
  await expect(model.loadWeights(bytes)).rejects.toThrow(/files: \{ 's_00000.weights.h5': … \}/);
  const files = {
    's_00000.weights.h5': one,
    's_00001.weights.h5': join(folder, 's_00001.weights.h5'),
    's_00002.weights.h5': join(folder, 's_00002.weights.h5'),
  };
  await model.loadWeights(bytes, { files });
});

test('an index that leads out of its folder is refused', async () => {
  const model = stack();
  for (const name of ['../x.h5', '/etc/x.h5', 'http://x/y.h5', 'a\\..\\b.h5']) {
    const path = join(folder, 'escape.weights.json');
    writeFileSync(path, JSON.stringify({ weight_map: { '/layers/dense/vars': name } }));
    await expect(model.loadWeights(path)).rejects.toThrow(/such names are refused/);
  }
});

function legacy(names: Hdf5GroupInput['attributes']): Hdf5GroupInput {
  const layer = (name: string, vars: typeof FIRST): Hdf5GroupInput =>
    group(
      { [name]: group({ 'kernel:0': vars['0'], 'bias:0': vars['1'] }) },
      { weight_names: [`${name}/kernel:0`, `${name}/bias:0`] },
    );
  return group(
    {
      first: layer('first', FIRST),
      dropout: group({}, { weight_names: [] }),
      second: layer('second', SECOND),
    },
    names,
  );
}

test('legacy files are read by order, with lists of names split or not', async () => {
  const whole = await fileOf('legacy.h5', legacy({ layer_names: ['first', 'dropout', 'second'] }));
  const split = legacy({ layer_names0: ['first', 'dropout'], layer_names1: ['second'] });
  for (const path of [whole, await fileOf('split.h5', split)]) {
    const model = stack();
    await model.loadWeights(path);
    expect(await valuesOf(model)).toEqual(VALUES);
  }
});

test('legacy files are read by name', async () => {
  const path = await fileOf('named.h5', legacy({ layer_names: ['first', 'dropout', 'second'] }));
  const model = new Sequential([
    layers.dense({ units: 2, inputShape: [2], name: 'second' }),
    layers.dense({ units: 3, name: 'new' }),
  ]);
  const before = await valuesOf(model);
  await model.loadWeights(path, { byName: true });
  expect(await valuesOf(model)).toEqual([VALUES[2], VALUES[3], before[2], before[3]]);
});

test('byName is for legacy files', async () => {
  const model = stack();
  const path = join(folder, 'modern.weights.h5');
  await model.saveWeights(path);
  await expect(model.loadWeights(path, { byName: true })).rejects.toThrow(/legacy/);
});

test('one error lists all that does not fit, and nothing changes', async () => {
  const wide = stack(3);
  const before = await valuesOf(wide);
  const path = await fileOf(
    'narrow.weights.h5',
    group({
      layers: group({
        dense: group({ vars: group(FIRST) }),
        dense_1: group({ vars: group(SECOND) }),
      }),
    }),
  );
  await expect(wide.loadWeights(path)).rejects.toThrow(
    /keeps its weights:\n.*dense_1\/vars\/0: expected .*second\/kernel float32\[2, 3\], found float32\[2, 2\]\n.*dense_1\/vars\/1: expected .*float32\[3\], found float32\[2\]$/,
  );
  expect(await valuesOf(wide)).toEqual(before);
});

test('what does not fit may be left out', async () => {
  const wide = stack(3);
  const before = await valuesOf(wide);
  const path = await fileOf(
    'partly.weights.h5',
    group({ layers: group({ dense: group({ vars: group(FIRST) }) }) }),
  );
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => warnings.push(text);
  try {
    await wide.loadWeights(path, { skipMismatch: true });
  } finally {
    console.warn = warn;
  }
  expect(warnings.join()).toMatch(/dense_1\/vars: expected 2 weights .*, found nothing/);
  expect(await valuesOf(wide)).toEqual([VALUES[0], VALUES[1], before[2], before[3]]);
});

test('names in safetensors can be mapped', async () => {
  const { writeSafetensors } = await import('@addax/formats');
  const path = join(folder, 'mapped.safetensors');
  const array = (name: string, values: readonly number[], shape: readonly number[]) => ({
    name,
    shape,
    dtype: 'float32' as const,
    data: Float32Array.from(values),
  });
  await writeSafetensors(path, [
    array('first.weight', [1, 2, 3, 4], [2, 2]),
    array('first.bias', [5, 6], [2]),
    array('second.weight', [7, 8, 9, 10], [2, 2]),
    array('second.bias', [11, 12], [2]),
  ]);
  const model = stack();
  await expect(model.loadWeights(path)).rejects.toThrow(/second.bias: expected no further weight/);
  const names = (name: string): string =>
    name
      .replace(/^stack\//, '')
      .replace('kernel', 'weight')
      .replace('/', '.');
  await model.loadWeights(path, { names });
  expect(await valuesOf(model)).toEqual(VALUES);
});

test('a model without weights yet says so', async () => {
  const model = new Sequential([layers.dense({ units: 1 })]);
  await expect(model.loadWeights('any.h5')).rejects.toThrow(/not built/);
});

test('a compiled model takes over the optimizer’s state', async () => {
  const model = stack();
  model.compile({ optimizer: 'adam', loss: 'mse' });
  await model.trainOnBatch([[1, 2]], [[1, 2]]);
  const path = join(folder, 'compiled.weights.h5');
  await model.saveWeights(path);
  const copy = stack();
  copy.compile({ optimizer: 'adam', loss: 'mse' });
  await copy.loadWeights(path);
  expect(await copy.trainOnBatch([[1, 2]], [[0, 1]])).toBe(
    await model.trainOnBatch([[1, 2]], [[0, 1]]),
  );
  expect(await copy.trainOnBatch([[1, 2]], [[0, 1]])).toBe(
    await model.trainOnBatch([[1, 2]], [[0, 1]]),
  );
});
