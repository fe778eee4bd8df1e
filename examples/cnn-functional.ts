/** The same network as a graph of layers. */
import { input, layers, Model, tensor, utils } from '@addax/frontend';
import { loadDigits } from './digits.ts';
import { steps } from './settings.ts';

utils.setRandomSeed(1);
const { train, test } = loadDigits(steps(2000, 96), steps(500, 64));

const inputs = input({ shape: [28, 28, 1] });
let x = layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' })(inputs);
x = layers.maxPooling2d()(x);
x = layers.flatten()(x);
const outputs = layers.dense({ units: 10, activation: 'softmax' })(x);
const model = new Model({ inputs, outputs });
model.compile({
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
model.summary();

await model.fit(tensor(train.images, [train.count, 28, 28, 1]), tensor(train.labels), {
  epochs: steps(3, 1),
  batchSize: 32,
});
const { accuracy } = await model.evaluate(
  tensor(test.images, [test.count, 28, 28, 1]),
  tensor(test.labels),
  { verbose: 0 },
);
console.log(`test accuracy ${accuracy!.toFixed(4)}`);
