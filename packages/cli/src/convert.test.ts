import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, FormatError, UnsupportedError } from '@addax/core';
import { openZip, readNpz, readSafetensors, writeNpy, writeZip } from '@addax/formats';
import { layers, loadModel, type Model, Sequential, utils } from '@addax/frontend';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { convertFile } from './convert.ts';
import { inspectFile } from './inspect/inspect.ts';

const golden = join(import.meta.dirname, '../../conformance/golden/models');
const folder = mkdtempSync(join(tmpdir(), 'convert-'));
const file = (name: string): string => join(folder, name);

function small(): Sequential {
  utils.clearSession();
  return new Sequential([
    layers.dense({ units: 4, inputShape: [3], activation: 'relu' }),
    layers.dense({ units: 1 }),
  ]);
}

let expected: unknown;
const x = [[1, 2, 3]];

beforeAll(async () => {
  const model = small();
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  await model.trainOnBatch(x, [[1]]);
  expected = await answers(model);
  await model.save(file('model.keras'));
  await model.saveWeights(file('given.weights.h5'));
  await model.saveWeights(file('given.safetensors'));
  await model.saveWeights(file('given.weights.json'), { maxShardSize: 100 / 2 ** 30 });
});

beforeEach(() => {
  utils.clearSession();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function answers(model: Model): Promise<unknown> {
  return ((await model.predict(x, { verbose: 0 })) as { array(): Promise<unknown> }).array();
}

async function withWeights(path: string): Promise<unknown> {
  const model = small();
  await model.loadWeights(path);
  return answers(model);
}

describe('a whole model', () => {
  test('becomes weights in every format', async () => {
    for (const name of ['all.weights.h5', 'all.weights.json', 'all.safetensors']) {
      await convertFile(file('model.keras'), file(name));
      expect([name, await withWeights(file(name))]).toEqual([name, expected]);
    }
    await convertFile(file('model.keras'), file('all.npz'));
    const arrays = await readNpz(file('all.npz'));
    const same = readSafetensors(readFileSync(file('all.safetensors')));
    expect([...arrays.keys()]).toEqual([
      'sequential/dense/kernel',
      'sequential/dense/bias',
      'sequential/dense_1/kernel',
      'sequential/dense_1/bias',
    ]);
    for (const [name, { data }] of arrays) expect(data).toEqual(same.get(name)!.data);
  });

  test('stays the model it was, and keeps its optimizer unless told otherwise', async () => {
    await convertFile(file('model.keras'), file('copy.keras'));
    const copy = await loadModel(file('copy.keras'));
    expect(await answers(copy)).toEqual(expected);
    expect(await copy.optimizer.iterations.value.item()).toBe(1);
    await convertFile(file('model.keras'), file('bare.keras'), { compile: false });
    expect((await loadModel(file('bare.keras'))).compiled).toBe(false);
    await convertFile(file('model.keras'), file('bare.weights.h5'), { compile: false });
    expect((await inspectFile(file('bare.weights.h5'))).parameters.optimizer).toBe(0);
  });

  test('of Keras 2 becomes one of Keras 3', async () => {
    await convertFile(join(golden, 'keras2_mlp/model.h5'), file('modern.keras'));
    expect(await inspectFile(file('modern.keras'))).toMatchObject({
      format: 'keras',
      model: { name: 'mlp', className: 'Sequential' },
      parameters: (await inspectFile(join(golden, 'keras2_mlp/model.h5'))).parameters,
    });
  });

  test.each(['bfloat16', 'compiled_adam'])('%s gives its weights byte for byte', async (name) => {
    const from = join(golden, name, 'model.keras');
    await convertFile(from, file(`${name}.weights.h5`));
    const before = await inspectFile(from);
    const after = await inspectFile(file(`${name}.weights.h5`));
    expect(after.weights).toEqual(before.weights);
    expect((await loadModel(from)).weights.length).toBeGreaterThan(0);
    const model = await loadModel(from);
    await model.loadWeights(file(`${name}.weights.h5`));
  });

  test('of unknown classes gives its weights, and says why it gives no more', async () => {
    const archive = await openZip(file('model.keras'));
    const config = (await archive.members.get('config.json')!.text()).replace(
      '"module": "keras.layers", "class_name": "Dense"',
      '"module": "own", "registered_name": "own>Mine", "class_name": "Mine"',
    );
    await writeZip(file('own.keras'), [
      {
        name: 'config.json',
        data: new TextEncoder().encode(
          config.replace(/"registered_name": null, "build_config"/, '"build_config"'),
        ),
      },
      {
        name: 'model.weights.h5',
        data: await archive.members.get('model.weights.h5')!.bytes(),
      },
    ]);
    await archive.close();
    expect((await inspectFile(file('own.keras'))).model!.customObjects).toEqual(['own>Mine']);
    await convertFile(file('own.keras'), file('own.weights.h5'));
    expect(await withWeights(file('own.weights.h5'))).toEqual(expected);
    await expect(convertFile(file('own.keras'), file('own.npz'))).rejects.toThrow(
      /"Mine".*convert to \.weights\.h5, which needs no classes/s,
    );
  });
});

describe('weights alone', () => {
  test('in shards become one file', async () => {
    const shards = readdirSync(folder).filter((name) => /given_\d+\.weights\.h5/.test(name));
    expect(shards.length).toBeGreaterThan(1);
    await convertFile(file('given.weights.json'), file('joined.weights.h5'));
    expect(await withWeights(file('joined.weights.h5'))).toEqual(expected);
    const whole = await inspectFile(file('given.weights.h5'));
    const joined = await inspectFile(file('joined.weights.h5'));
    expect(joined.parameters).toEqual(whole.parameters);
    expect((await inspectFile(file('given.weights.json'))).parameters).toEqual(whole.parameters);
  });

  test('with names keep them between safetensors and npz', async () => {
    await convertFile(file('given.safetensors'), file('names.npz'));
    await convertFile(file('names.npz'), file('names.safetensors'));
    expect(readFileSync(file('names.safetensors'))).toEqual(
      readFileSync(file('given.safetensors')),
    );
  });

  test('become anything once the model is known', async () => {
    const model = file('model.keras');
    await convertFile(file('given.weights.h5'), file('told.safetensors'), { model });
    expect(await withWeights(file('told.safetensors'))).toEqual(expected);
    await convertFile(file('told.safetensors'), file('told.keras'), { model });
    expect(await answers(await loadModel(file('told.keras')))).toEqual(expected);
    const config = { model: join(golden, 'keras2_mlp/model.json') };
    await convertFile(join(golden, 'keras2_mlp/model.h5'), file('mlp.npz'), config);
    expect((await readNpz(file('mlp.npz'))).has('mlp/first/kernel')).toBe(true);
  });

  test('are refused where only the model knows their names, saying how to go on', async () => {
    const say = (from: string, to: string): Promise<void> => convertFile(file(from), file(to));
    await expect(say('given.weights.h5', 'x.npz')).rejects.toThrow(
      /numbers its arrays .* only the model knows .* say which with --model FILE/,
    );
    await expect(say('given.safetensors', 'x.weights.h5')).rejects.toThrow(UnsupportedError);
    await expect(say('given.safetensors', 'x.keras')).rejects.toThrow(
      /holds weights and no model; say which with --model FILE/,
    );
    await writeNpy(file('one.npy'), { shape: [1], dtype: 'float32', data: new Float32Array(1) });
    await expect(say('one.npy', 'x.npz')).rejects.toThrow(/one array without a name/);
    expect(readdirSync(folder).filter((name) => name.startsWith('x.'))).toEqual([]);
  });
});

describe('the new file', () => {
  test('replaces an old one only when forced', async () => {
    writeFileSync(file('old.npz'), 'precious');
    await expect(convertFile(file('model.keras'), file('old.npz'))).rejects.toThrow(
      /exists; replace it with --force/,
    );
    expect(readFileSync(file('old.npz'), 'utf8')).toBe('precious');
    await convertFile(file('model.keras'), file('old.npz'), { force: true });
    expect((await inspectFile(file('old.npz'))).format).toBe('npz');
  });

  test('is never the old one, nor in a folder that does not exist', async () => {
    const model = file('model.keras');
    await expect(convertFile(model, model, { force: true })).rejects.toThrow(/are the same file/);
    await expect(convertFile(model, file('none/a.npz'))).rejects.toThrow(ArgumentError);
    expect(statSync(model).size).toBeGreaterThan(0);
  });

  test('does not appear when reading fails half-way', async () => {
    const bytes = readFileSync(file('given.safetensors'));
    writeFileSync(file('cut.safetensors'), bytes.subarray(0, bytes.length - 8));
    await expect(convertFile(file('cut.safetensors'), file('cut.npz'))).rejects.toThrow(
      FormatError,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('cut.npz'))).toEqual([]);
  });
});
