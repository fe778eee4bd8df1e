/** Binary classification of random vectors, as in Keras' getting-started guide. */
import { layers, Sequential, tensor, utils } from '@addax/frontend';
import { randomNumbers, steps } from './settings.ts';

utils.setRandomSeed(1);
const next = randomNumbers(1);
const data = tensor(Float32Array.from({ length: 1000 * 100 }, next), [1000, 100]);
const labels = tensor(
  Float32Array.from({ length: 1000 }, () => Math.round(next())),
  [1000, 1],
);

const model = new Sequential();
model.add(layers.dense({ units: 32, activation: 'relu', inputShape: [100] }));
model.add(layers.dense({ units: 1, activation: 'sigmoid' }));
model.compile({ optimizer: 'rmsprop', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
await model.fit(data, labels, { epochs: steps(10, 1), batchSize: 32 });

const { loss, accuracy } = await model.evaluate(data, labels, { verbose: 0 });
console.log(`loss ${loss!.toFixed(4)}, accuracy ${accuracy!.toFixed(4)}`);
