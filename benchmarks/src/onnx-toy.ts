/**
 * Ten thousand steps of a Dense 2→2 in a process of their own: prints the resident bytes after one tenth
 * and at the end. `onnx-toy.ts runtime` sends the small graphs through the runtime, too.
 */
import process from 'node:process';
import { layers, Sequential, setBackend, tensor } from '@addax/frontend';
import { numbers } from './workloads/data.ts';

const STEPS = 10_000;

await setBackend('onnx', { threads: 1, forceOnnx: process.argv[2] === 'runtime' });
const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
const x = tensor(numbers(64), [32, 2]);
const y = tensor(numbers(64, 2), [32, 2]);
let tenth = 0;
for (let step = 1; step <= STEPS; step++) {
  await model.trainOnBatch(x, y);
  if (step === STEPS / 10) tenth = process.memoryUsage.rss();
}
console.log(JSON.stringify({ tenth, end: process.memoryUsage.rss() }));
