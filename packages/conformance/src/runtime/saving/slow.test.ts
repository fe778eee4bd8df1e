/** Models of a device that answers late: nothing of saving and loading may ask for numbers at once. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { PendingBackend } from '@addax/core';
import {
  input,
  layers,
  loadModel,
  Model,
  ops,
  optimizers,
  Sequential,
  tensor,
  useBackend,
  utils,
} from '@addax/frontend';
import { slowModule } from '../../testing/slow-backend.ts';

beforeEach(() => {
  utils.clearSession();
  useBackend(new PendingBackend('slow', () => slowModule(cpu).create()));
});

afterEach(() => useBackend(cpu.createSync!()));

const x = [
  [1, 2, 3],
  [4, 5, 6],
];

/** A graph with constants: one that an op takes, and one that a layer is called with. */
function graphWithConstants(): Model {
  const inputs = input({ shape: [3] });
  const shifted = ops.add(inputs, tensor([0.5, -1, 2]));
  const outputs = ops.multiply(layers.dense({ units: 2 })(shifted), tensor([[2, 3]], undefined));
  return new Model({ inputs, outputs });
}

it('a graph with constant tensors is saved and loaded', async () => {
  const model = graphWithConstants();
  const copy = await loadModel(await model.save());
  expect(await (await copy.predict(tensor(x), { verbose: 0 })).array()).toEqual(
    await (await model.predict(tensor(x), { verbose: 0 })).array(),
  );
});

it('a compiled model goes on training where it was saved', async () => {
  const model = new Sequential([
    layers.dense({ units: 1, inputShape: [3] }),
    layers.dropout({ rate: 0.5 }),
  ]);
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.1 }), loss: 'mse' });
  await model.trainOnBatch(x, [[1], [0]]);
  const copy = await loadModel(await model.save());
  expect(await copy.trainOnBatch(x, [[1], [0]])).toBe(await model.trainOnBatch(x, [[1], [0]]));
});

it.each(['h5', 'safetensors'] as const)('weights pass through %s', async (format) => {
  const model = graphWithConstants();
  const bytes = await model.saveWeights(undefined, { format });
  const copy = graphWithConstants();
  const names = Object.fromEntries(
    copy.weights.map(({ path }, i) => [path, model.weights[i]!.path]),
  );
  await copy.loadWeights(bytes, { names });
  expect(await copy.weights[0]!.value.array()).toEqual(await model.weights[0]!.value.array());
});
