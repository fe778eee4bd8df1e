/**
 * Programs that the memory tests of the onnx backend run in a process of their own; each prints JSON.
 * Every graph goes through the runtime, however small.
 */
import process from 'node:process';
import { layers, Sequential, setBackend, tensor, utils } from '@addax/frontend';

/** Given by `--expose-gc`. */
declare const gc: () => void;

const MIB = 2 ** 20;
const STEPS = 10_000;

function residentMiB(): number {
  gc();
  return process.memoryUsage.rss() / MIB;
}

/** Ten thousand steps of Dense 2 → 2. */
async function trainingSteps(): Promise<object> {
  const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  let tenthMiB = 0;
  for (let step = 1; step <= STEPS; step++) {
    await model.trainOnBatch(x, x);
    if (step === STEPS / 10) tenthMiB = residentMiB();
  }
  return { tenthMiB, endMiB: residentMiB() };
}

/** Models that come and go: their sessions go with them. */
async function manyModels(): Promise<object> {
  let tenthMiB = 0;
  const count = 200;
  for (let i = 1; i <= count; i++) {
    utils.clearSession();
    const model = new Sequential([layers.dense({ units: 2 + i, inputShape: [2] })]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.trainOnBatch(tensor([[1, 2]]), tensor(new Float32Array(2 + i), [1, 2 + i]));
    if (i === count / 10) tenthMiB = residentMiB();
  }
  return { tenthMiB, endMiB: residentMiB() };
}

await setBackend('onnx', { forceOnnx: true, threads: 1 });
const programs: Readonly<Record<string, () => Promise<object>>> = { trainingSteps, manyModels };
console.log(JSON.stringify(await programs[process.argv[2]!]!()));
