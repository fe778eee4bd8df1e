/** `model.export`: what ONNX Runtime answers for the file is what the model predicts. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import onnx, { OnnxModel } from '@addax/backend-onnx';
import { input, layers, Model, ops, random, Sequential, type Tensor, utils } from '@addax/frontend';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'addax-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  utils.clearSession();
  utils.setRandomSeed(3);
});

const path = join(folder, 'model.onnx');

function lenet(): Sequential {
  return new Sequential([
    layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 1] }),
    layers.maxPooling2d(),
    layers.batchNormalization(),
    layers.dropout({ rate: 0.5 }),
    layers.flatten(),
    layers.dense({ units: 3, activation: 'softmax', name: 'classes' }),
  ]);
}

async function numbers(tensor: Tensor): Promise<number[]> {
  return Array.from((await tensor.data()) as Float32Array);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
}

const probe = await onnx.probe();
const withRuntime = probe.ok ? describe : describe.skip;

withRuntime('an exported model', () => {
  it('answers as the model predicts, for every batch size', async () => {
    const model = lenet();
    await model.export(path, { metadata: { author: 'me' } });
    const file = await OnnxModel.load(path);
    expect(file.inputs.map(({ name, shape }) => ({ name, shape }))).toEqual([
      { name: model.inputs[0]!.name, shape: [null, 12, 12, 1] },
    ]);
    for (const batch of [1, 5]) {
      const x = random.normal([batch, 12, 12, 1]);
      const answer = (await file.predict(x)) as Tensor;
      expectClose(
        await numbers(answer),
        await numbers((await model.predict(x, { verbose: 0 })) as Tensor),
      );
    }
  });

  it('has the names of its inputs and outputs', async () => {
    const a = input({ shape: [2], name: 'left' });
    const b = input({ shape: [2], name: 'right' });
    const sum = layers.add({ name: 'sum' })([a, b]);
    const top = layers.dense({ units: 1, name: 'top' })(sum);
    const model = new Model({ inputs: [a, b], outputs: [sum, top] });
    const file = await OnnxModel.load(await model.export(undefined, { batch: 4 }));
    expect(file.inputs.map(({ name }) => name)).toEqual(['left', 'right']);
    expect(file.inputs.map(({ shape }) => shape)).toEqual([
      [4, 2],
      [4, 2],
    ]);
    expect(file.outputs.map(({ name }) => name)).toEqual(['sum', 'top']);
  });

  it('without declared inputs is traced with those that are given', async () => {
    class Twice extends Model {
      dense = layers.dense({ units: 2 });
      override call(x: Tensor): Tensor {
        return ops.multiply(this.dense(x), 2);
      }
    }
    const model = new Twice();
    await expect(model.export(path)).rejects.toThrow(/declares no inputs: .*inputs: \[\{ shape/);
    const x = random.normal([3, 5]);
    const expected = await numbers(model(x) as Tensor);
    await model.export(path, { inputs: [{ shape: [5], name: 'x' }] });
    const file = await OnnxModel.load(path);
    expectClose(await numbers((await file.predict({ x })) as Tensor), expected);
  });

  it('is refused under another name, and with a batch that is none', async () => {
    await expect(lenet().export(join(folder, 'model.keras'))).rejects.toThrow("'….onnx'");
    await expect(lenet().export(path, { batch: 0 })).rejects.toThrow('positive integer, got 0');
  });
});
