/** What inspecting says of Keras' own files is what the models made of them say. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UnsupportedError } from '@addax/core';
import { type Layer, loadModel, type Model, Sequential, SymbolicTensor } from '@addax/frontend';
import { expect, test } from '@jest/globals';
import { inspectFile } from './inspect.ts';
import { elementsOf } from './layer-weights.ts';

const golden = join(import.meta.dirname, '../../../conformance/golden');
const files = ['models', 'training'].flatMap((folder) =>
  readdirSync(join(golden, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.keras$|model\.h5$/.test(path))
    .map((path) => join(folder, path)),
);

/** The model; undefined while one of its classes does not exist here. */
async function modelIn(path: string): Promise<Model | undefined> {
  try {
    return await loadModel(path);
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

function outputShape(layer: Layer): readonly (number | null)[] | undefined {
  const outputs: unknown = layer.inboundNodes[0]?.outputs;
  const [first] = Array.isArray(outputs) ? (outputs as unknown[]) : [outputs];
  return first instanceof SymbolicTensor ? first.shape : undefined;
}

let layers = 0;
let shapes = 0;

test.each(files)('%s is described as the model that it makes', async (path) => {
  const { model: found, parameters } = await inspectFile(join(golden, path));
  expect(found!.layers.length).toBeGreaterThan(0);
  const model = await modelIn(join(golden, path));
  if (model === undefined) return;
  expect(found!.name).toBe(model.name);
  expect(found!.className).toBe(model instanceof Sequential ? 'Sequential' : 'Functional');
  expect(parameters.total).toBe(model.countParams());
  if (/compiled_.*\.keras$/.test(path)) {
    const { variables } = model.optimizer;
    expect(parameters.optimizer).toBe(variables.reduce((sum, v) => sum + elementsOf(v), 0));
  }
  for (const layer of model.layers) {
    const row = found!.layers.find(({ name }) => name === layer.name)!;
    const trainable = layer.trainableWeights.reduce((sum, weight) => sum + elementsOf(weight), 0);
    expect([row.name, row.parameters, row.trainable]).toEqual([
      layer.name,
      layer.countParams(),
      trainable,
    ]);
    layers += 1;
    if (row.outputShape === null) continue;
    shapes += 1;
    const shape = outputShape(layer);
    if (shape !== undefined) expect([row.name, row.outputShape]).toEqual([layer.name, shape]);
  }
});

test('files tell nine of ten output shapes', () => {
  expect(layers).toBeGreaterThan(400);
  expect(shapes / layers).toBeGreaterThan(0.9);
});
