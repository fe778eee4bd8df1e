/** What one training step of a LeNet with Adam asks of the device. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import webgpu, { type WebGpuBackend } from '@addax/backend-webgpu';
import cpu from '@addax/backend-cpu';
import { type Executable, useBackend } from '@addax/core';
import { layers, type Model, Sequential, type Tensor, tensor, utils } from '@addax/frontend';
import { randomNumbers } from './execute.ts';
import { observed } from './training.ts';

const probe = await webgpu.probe();
const group = probe.ok ? describe : describe.skip;
const BATCH = 16;

function lenet(): Model {
  const model = new Sequential([
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
    layers.maxPooling2d(),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d(),
    layers.flatten(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

group('a training step of a LeNet', () => {
  let backend: WebGpuBackend;
  let executables: Executable[];
  let model: Model;
  let x: Tensor;
  let y: Tensor;

  beforeAll(async () => {
    backend = (await webgpu.create()) as WebGpuBackend;
    const watching = observed(backend);
    ({ executables } = watching);
    useBackend(watching.backend);
    utils.clearSession();
    utils.setRandomSeed(1);
    model = lenet();
    const next = randomNumbers(1);
    const pixels = Float32Array.from({ length: BATCH * 784 }, next);
    x = tensor(pixels, [BATCH, 28, 28, 1]);
    y = tensor(Int32Array.from({ length: BATCH }, (_, i) => i % 10));
    // Twice, until every buffer that a step takes has been given back once.
    for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
  }, 600_000);

  afterAll(async () => {
    useBackend(cpu.createSync!());
    await backend.dispose();
  });

  it('is at most 30 dispatches in one submission, and makes and writes nothing', async () => {
    const step = executables.reduce((a, b) => (a.stats.launches >= b.stats.launches ? a : b));
    const { run } = step;
    const { counters } = backend.device;
    const before = { ...counters };
    let after = before;
    step.run = (inputs) => {
      Object.assign(before, counters);
      const outputs = run.call(step, inputs);
      after = { ...counters };
      return outputs;
    };
    await model.trainOnBatch(x, y);
    const grown = (name: keyof typeof before): number => after[name] - before[name];
    expect(grown('dispatches')).toBe(step.stats.launches);
    expect(grown('dispatches')).toBeLessThanOrEqual(30);
    expect(grown('submits')).toBe(1);
    for (const name of ['bindGroups', 'buffers', 'writes', 'pipelines'] as const) {
      expect([name, grown(name)]).toEqual([name, 0]);
    }
  });

  it('writes each input array once, and nothing else', async () => {
    const images = new Float32Array(BATCH * 784).fill(0.5);
    const labels = new Int32Array(BATCH);
    const next = (): Promise<unknown> => {
      const batch = [tensor(images, [BATCH, 28, 28, 1]), tensor(labels)] as const;
      return model.trainOnBatch(...batch).finally(() => {
        for (const value of batch) value.dispose();
      });
    };
    await next();
    const before = { ...backend.device.counters };
    await next();
    const { writes, buffers, bindGroups } = backend.device.counters;
    expect(writes - before.writes).toBeLessThanOrEqual(2 + 1);
    expect(buffers - before.buffers).toBe(0);
    expect(bindGroups - before.bindGroups).toBe(0);
  });
});
