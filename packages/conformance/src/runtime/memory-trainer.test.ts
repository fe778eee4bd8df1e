import { afterEach, beforeEach, expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { layers, metrics, Sequential, tensor, useBackend } from '@addax/frontend';
import { type DeviceBackend, deviceBackend } from '../testing/device-backend.ts';

let device: DeviceBackend;
let model: Sequential;
const x = Array.from({ length: 12 }, (_, i) => [i, 1]);
const y = x.map(([value]) => [value! / 2]);

beforeEach(async () => {
  device = deviceBackend(cpu.createSync!(), 2 ** 30);
  useBackend(device);
  model = new Sequential([layers.dense({ units: 1, inputShape: [2] })]);
  model.compile({
    loss: 'meanSquaredError',
    optimizer: 'adam',
    metrics: [new metrics.MeanAbsoluteError()],
  });
  await model.fit(x, y, { batchSize: 4, verbose: 0 });
});

afterEach(() => useBackend(cpu.createSync!()));

/** Bytes that doing something leaves on the device, without a collector. */
async function left(work: () => Promise<unknown>): Promise<number> {
  await work();
  const before = device.memory().liveBytes;
  await work();
  return device.memory().liveBytes - before;
}

it.each<[string, () => Promise<unknown>]>([
  ['fit', () => model.fit(x, y, { batchSize: 4, epochs: 2, verbose: 0 })],
  ['evaluate', () => model.evaluate(x, y, { batchSize: 4, verbose: 0 })],
  ['trainOnBatch', () => model.trainOnBatch(tensorX, tensorY)],
  ['testOnBatch', () => model.testOnBatch(tensorX, tensorY, { returnDict: true })],
])('%s leaves nothing behind on a device', async (_, work) => {
  tensorX = tensor(x);
  tensorY = tensor(y);
  expect(await left(work)).toBe(0);
});

let tensorX: ReturnType<typeof tensor>;
let tensorY: ReturnType<typeof tensor>;

it('predict leaves its result on a device, and nothing else', async () => {
  const bytes = await left(async () => {
    const result = await model.predict(x, { batchSize: 4, verbose: 0 });
    (result as ReturnType<typeof tensor>).dispose();
  });
  expect(bytes).toBe(0);
});
