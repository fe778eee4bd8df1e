/** A small convolutional network as a stack of layers. */
import { layers, Sequential, tensor, utils } from '@addax/frontend';
import { loadDigits } from './digits.ts';
import { steps } from './settings.ts';

utils.setRandomSeed(1);
const { train, test } = loadDigits(steps(2000, 96), steps(500, 64));

const model = new Sequential([
  layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
  layers.maxPooling2d(),
  layers.flatten(),
  layers.dropout({ rate: 0.25 }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
model.summary();

await model.fit(tensor(train.images, [train.count, 28, 28, 1]), tensor(train.labels), {
  epochs: steps(3, 1),
  batchSize: 32,
  validationSplit: 0.1,
});
const { accuracy } = await model.evaluate(
  tensor(test.images, [test.count, 28, 28, 1]),
  tensor(test.labels),
  { verbose: 0 },
);
console.log(`test accuracy ${accuracy!.toFixed(4)}`);
