import { afterEach, describe, expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import onnx from '@addax/backend-onnx';
import {
  type Backend,
  jit,
  layers,
  ops,
  random,
  Sequential,
  tensor,
  type Tensor,
  UnsupportedError,
  useBackend,
  utils,
} from '@addax/frontend';
import { observed } from '../training.ts';

const probe = await onnx.probe();
const withRuntime = probe.ok ? describe : describe.skip;
const forced = (): Promise<Backend> => onnx.create({ forceOnnx: true, threads: 1 });

afterEach(() => useBackend(cpu.createSync!()));

/** What `fn` gives on the reference and through the runtime. */
async function onBoth(fn: () => Tensor): Promise<[unknown, unknown]> {
  const answers: unknown[] = [];
  for (const backend of [cpu.createSync!(), await forced()]) {
    useBackend(backend);
    utils.clearSession();
    utils.setRandomSeed(7);
    answers.push(await jit(fn)().data());
  }
  return answers as [unknown, unknown];
}

function toy(): { model: Sequential; x: Tensor; y: Tensor } {
  utils.clearSession();
  const model = new Sequential([
    layers.dense({ units: 16, activation: 'relu', inputShape: [8] }),
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: 1 }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  return { model, x: random.normal([64, 8]), y: random.normal([64, 1]) };
}

withRuntime('training through ONNX Runtime', () => {
  it('draws the bits that the reference draws', async () => {
    const [expected, actual] = await onBoth(() => random.uniform([1000]));
    expect(actual).toEqual(expected);
  });

  it('drops what the reference drops, bit for bit', async () => {
    const drop = (): Tensor => {
      const x = ops.ones([64, 32]) as Tensor;
      return layers.dropout({ rate: 0.3, seed: 3 })(x, { training: true });
    };
    const [expected, actual] = await onBoth(drop);
    expect(actual).toEqual(expected);
  });

  it('gives the event loop its turn between steps', async () => {
    useBackend(await forced());
    const { model, x, y } = toy();
    await model.fit(x, y, { epochs: 1, batchSize: 8, verbose: 0 });
    let turns = 0;
    let running = true;
    const tick = (): void => {
      turns++;
      if (running) setImmediate(tick);
    };
    setImmediate(tick);
    await model.fit(x, y, { epochs: 4, batchSize: 8, verbose: 0 });
    running = false;
    expect(turns).toBeGreaterThanOrEqual(32);
  });

  it('runs all of a step but hoisted random numbers and updates in the runtime', async () => {
    const { backend, executables } = observed(await forced());
    useBackend(backend);
    const { model, x, y } = toy();
    await model.fit(x, y, { epochs: 1, batchSize: 8, verbose: 0 });
    expect(executables.length).toBeGreaterThan(0);
    expect(executables.filter(({ stats }) => stats.hostNodes > 0)).toEqual([]);
  });

  it('predicts with the weights of the moment, before and after they became constants', async () => {
    useBackend(await forced());
    const { model, x, y } = toy();
    const predicted = async (): Promise<number[]> =>
      Array.from((await (await model.predictOnBatch(x)).data()) as Float32Array);
    const distance = (a: readonly number[], b: readonly number[]): number =>
      Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
    const before = await predicted();
    for (let i = 0; i < 10; i++) expect(distance(await predicted(), before)).toBeLessThan(1e-5);
    await model.trainOnBatch(x, y);
    const after = await predicted();
    expect(distance(after, before)).toBeGreaterThan(1e-4);
    for (let i = 0; i < 20; i++) expect(distance(await predicted(), after)).toBeLessThan(1e-5);
  });

  it('says that it cannot read without waiting', async () => {
    useBackend(await forced());
    expect(() => tensor([1]).dataSync()).toThrow(UnsupportedError);
  });
});
