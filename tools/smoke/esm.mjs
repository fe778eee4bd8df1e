/** What an ESM user writes: train a line on the packed packages, and save it. */
import { cpu } from '@addax/backend-cpu';
import * as addax from '@addax/frontend';
import { getBackend, layers, optimizers, Sequential, setBackend } from '@addax/frontend';

for (const [name, value] of Object.entries(addax)) {
  const members = typeof value === 'object' ? value : { [name]: value };
  for (const member of Object.keys(members)) {
    if (members[member] === undefined)
      throw new Error(`${name}.${member} is exported, but not there`);
  }
}

await setBackend('cpu');
const backend = getBackend();
await setBackend(cpu);
if (getBackend() !== backend)
  throw new Error('the embedded cpu backend is not the one of its package');

const model = new Sequential([layers.dense({ units: 1, inputShape: [1] })]);
model.compile({ loss: 'meanSquaredError', optimizer: optimizers.sgd({ learningRate: 0.1 }) });
const x = [[0], [1], [2], [3]];
const y = [[1], [3], [5], [7]];
const first = await model.trainOnBatch(x, y);
for (let step = 0; step < 100; step++) await model.trainOnBatch(x, y);
const last = await model.trainOnBatch(x, y);
if (!(last < first / 10)) throw new Error(`the loss went from ${first} to ${last}`);
await model.save('model.keras');
console.log('trained');
