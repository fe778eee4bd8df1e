import { afterAll, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FormatError, tensor, type Tensor, UnsupportedError } from '@addax/core';
import {
  input,
  layers,
  Layer,
  loadModel,
  Model,
  optimizers,
  registerSerializable,
  Sequential,
  type Shape,
} from '../index.ts';
import { modelFromJson } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'addax-load-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const x = tensor([
  [1, 2, 3],
  [0.5, -1, 4],
]);
const y = tensor([[1], [0]]);

function classifier(): Sequential {
  return new Sequential([
    layers.dense({ units: 4, activation: 'tanh', inputShape: [3] }),
    layers.batchNormalization(),
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ]);
}

async function outputOf(model: Model): Promise<unknown> {
  return (model(x) as Tensor).array();
}

test('a saved model comes back, from a path, a URL, bytes, a Blob and a stream', async () => {
  const model = classifier();
  const bytes = await model.save();
  const path = join(folder, 'model.keras');
  await model.save(path);
  const expected = await outputOf(model);
  const blob = new Blob([bytes]);
  for (const source of [path, pathToFileURL(path), bytes, blob, new Blob([bytes]).stream()]) {
    expect(await outputOf(await loadModel(source))).toEqual(expected);
  }
});

test('training goes on as if it had not been interrupted', async () => {
  const model = classifier();
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.1 }), loss: 'binaryCrossentropy' });
  await model.trainOnBatch(x, y);
  const copy = await loadModel(await model.save());
  for (let step = 0; step < 3; step++) {
    expect(await copy.trainOnBatch(x, y)).toBe(await model.trainOnBatch(x, y));
  }
});

test('random numbers go on where they were', async () => {
  const model = new Sequential([layers.dropout({ rate: 0.5, inputShape: [3] })]);
  void model(x, { training: true });
  const copy = await loadModel(await model.save());
  const draw = async (of: Model): Promise<unknown> => (of(x, { training: true }) as Tensor).array();
  expect(await draw(copy)).toEqual(await draw(model));
});

test('without compile the model is not compiled', async () => {
  const model = classifier();
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
  const bytes = await model.save();
  expect((await loadModel(bytes, { compile: false })).compiled).toBe(false);
  expect((await loadModel(bytes)).compiled).toBe(true);
});

class Scale extends Layer {
  factor!: ReturnType<Layer['addWeight']>;

  override build(shape: Shape): void {
    this.factor = this.addWeight({ name: 'factor', shape: [shape.at(-1)!], initializer: 'ones' });
  }

  override call(inputs: Tensor): Tensor {
    return inputs.mul(this.factor);
  }
}

test('classes of one’s own are found by their name, registered or handed over', async () => {
  registerSerializable(Scale, { package: 'test', name: 'Scale' });
  const start = input({ shape: [3] });
  const model = new Model({ inputs: start, outputs: new Scale()(start) });
  model.weights[0]!.assign([1, 2, 3]);
  const bytes = await model.save();
  expect(await outputOf(await loadModel(bytes))).toEqual(await outputOf(model));
  const json = JSON.stringify({
    module: 'keras',
    class_name: 'Sequential',
    config: {
      name: 'stack',
      layers: [{ module: null, class_name: 'Other', config: {}, registered_name: 'mine>Other' }],
    },
  });
  expect(() => modelFromJson(json)).toThrow(
    /class "Other".*registerSerializable\(Other, \{ package: 'mine', name: 'Other' \}\).*customObjects/s,
  );
  expect(modelFromJson(json, { customObjects: { Other: Scale } }).layers[0]).toBeInstanceOf(Scale);
});

test('a subclassed model is built for the shape that the file tells', async () => {
  class Pair extends Model {
    static override readonly className = 'Pair';
    zHead = layers.dense({ units: 1 });
    body = layers.dense({ units: 4 });

    override call(inputs: Tensor): unknown {
      return this.zHead(this.body(inputs));
    }

    override getConfig(): Record<string, unknown> {
      return { name: this.name };
    }
  }
  registerSerializable(Pair, { package: 'test', name: 'Pair' });
  const model = new Pair();
  model.build([null, 3]);
  expect(await outputOf(await loadModel(await model.save()))).toEqual(await outputOf(model));
});

test('Python code is refused by name', async () => {
  const lambda = (config: object): string =>
    JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers: [config] } });
  const modern = {
    module: 'keras.layers',
    class_name: 'Lambda',
    config: { name: 'l', function: { class_name: '__lambda__', config: { value: 'AAA' } } },
  };
  const old = { class_name: 'Lambda', config: { name: 'l', function: ['AAA', null, null] } };
  for (const config of [modern, old]) {
    expect(() => modelFromJson(lambda(config))).toThrow(UnsupportedError);
    expect(() => modelFromJson(lambda(config))).toThrow(/lambda.*never run/s);
  }
  await expect(loadModel('any.keras', { safeMode: false })).rejects.toThrow(/Python code/);
});

test('files that are no models say what they are', async () => {
  const model = classifier();
  const weights = join(folder, 'only.weights.h5');
  await model.saveWeights(weights);
  await expect(loadModel(weights)).rejects.toThrow(/holds weights and no model/);
  await expect(loadModel(new Uint8Array(100))).rejects.toThrow(/its kind is "unknown"/);
  const text = new TextEncoder().encode('{"class_name": "Sequential", "config": {"layers": []}}');
  await expect(loadModel(text)).rejects.toThrow(/modelFromJson/);
});

test('a damaged file is a FormatError', async () => {
  const path = join(folder, 'damaged.keras');
  const model = classifier();
  await model.save(path);
  const bytes = readFileSync(path);
  for (const part of [0.3, 0.6, 0.9]) {
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * part)));
    await expect(loadModel(path)).rejects.toThrow(FormatError);
  }
});
