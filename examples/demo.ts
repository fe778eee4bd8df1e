/**
 * The main job: trains a small convolutional network (LeNet-like) on 8,000 real handwritten digits
 * and tests it on 2,000 others. `npm run demo`.
 */
import { writeFileSync } from 'node:fs';
import {
  getBackend,
  init,
  layers,
  ops,
  optimizers,
  Sequential,
  tensor,
  utils,
} from '@addax/frontend';
import { drawDigit, loadDigits } from './digits.ts';
import { quick, steps } from './settings.ts';

const HISTORY = 'demo-history.json';
const EPOCHS = steps(4, 1);
const BATCH = 32;

await init();
const { name } = getBackend();
console.log(`Backend ${name}.`);
if (name === 'cpu') {
  console.log('It takes a minute or so in WebAssembly, some in JavaScript (ADDAX_CPU_DIALECT=js).');
  console.log('ONNX Runtime trains the same program faster: npm install @addax/backend-onnx');
  console.log('onnxruntime-node, and leave ADDAX_BACKEND unset. Backends for GPUs will, too.');
}

utils.setRandomSeed(1);
const { train, test } = loadDigits(steps(8000, 256), steps(2000, 128));
const images = tensor(train.images, [train.count, 28, 28, 1]);
const testImages = tensor(test.images, [test.count, 28, 28, 1]);

const model = new Sequential([
  layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
  layers.maxPooling2d(),
  layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d(),
  layers.flatten(),
  layers.dropout({ rate: 0.3 }),
  layers.dense({ units: 128, activation: 'relu' }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.summary();
const schedule = optimizers.schedules.cosineDecay({
  initialLearningRate: 2e-3,
  decaySteps: (EPOCHS * train.count) / BATCH,
});
model.compile({
  optimizer: optimizers.adam({ learningRate: schedule }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});

const started = performance.now();
const history = await model.fit(images, tensor(train.labels), {
  epochs: EPOCHS,
  batchSize: BATCH,
  validationData: [testImages, tensor(test.labels)],
});
console.log(`Trained in ${((performance.now() - started) / 1000).toFixed(0)} s.`);

const { accuracy } = await model.evaluate(testImages, tensor(test.labels), { verbose: 0 });
console.log(`Test accuracy: ${accuracy!.toFixed(4)}`);

const predictions = await model.predict(testImages.slice([0, 0, 0, 0], [10, -1, -1, -1]), {
  verbose: 0,
});
const guesses = await ops.argmax(predictions, { axis: -1 }).data();
for (const [i, guess] of guesses.entries()) {
  console.log(`\n${drawDigit(test, i)}\npredicted ${guess}, labelled ${test.labels[i]}`);
}

writeFileSync(HISTORY, `${JSON.stringify(history.history, null, 2)}\n`);
console.log(`\nThe history is in ${HISTORY}.`);
if (!quick && accuracy! < 0.97) throw new Error(`accuracy ${accuracy} is below 0.97`);
