/**
 * Takes over a model that Python Keras made (from-python/train.py): predicts with it, goes on training
 * it, puts a new head on its frozen layers, and saves that for Python to open.
 */
import { layers, loadModel, type Model, optimizers, Sequential, tensor } from '@addax/frontend';
import { steps } from './settings.ts';

/** Points on two spirals, and which of them each is on. */
function spirals(count: number): { points: Float32Array; sides: Int32Array; turns: Int32Array } {
  const points = new Float32Array(2 * count);
  const sides = new Int32Array(count);
  const turns = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const turn = (0.5 + (2.5 * i) / (count - 1)) * Math.PI;
    const angle = turn + (i % 2) * Math.PI;
    points.set([(Math.cos(angle) * turn) / 10, (Math.sin(angle) * turn) / 10], 2 * i);
    sides[i] = i % 2;
    turns[i] = Math.min(2, Math.floor((3 * i) / count));
  }
  return { points, sides, turns };
}

const count = 400;
const { points, sides, turns } = spirals(count);
const x = tensor(points, [count, 2]);

// The file holds the model, its weights, and the optimizer in the middle of its work.
const model = await loadModel(new URL('from-python/spirals.keras', import.meta.url));
model.summary();
const before = await model.evaluate(x, sides, { verbose: 0 });
console.log(`as it came from Python: accuracy ${before['accuracy']!.toFixed(3)}`);
await model.fit(x, sides, { epochs: steps(20, 2), batchSize: 64, verbose: 0 });
const after = await model.evaluate(x, sides, { verbose: 0 });
console.log(`trained on: loss ${before['loss']!.toFixed(4)} -> ${after['loss']!.toFixed(4)}`);

// The same features, frozen, for another question: how far out on its spiral is a point?
const features = model.getLayer('features') as Model;
features.trainable = false;
const tuned = new Sequential([features, layers.dense({ units: 3, activation: 'softmax' })]);
tuned.compile({
  optimizer: optimizers.adam({ learningRate: 0.02 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
await tuned.fit(x, turns, { epochs: steps(60, 2), batchSize: 64, verbose: 0 });
const { accuracy } = await tuned.evaluate(x, turns, { verbose: 0 });
console.log(`a new head on frozen features: accuracy ${accuracy!.toFixed(3)}`);

await tuned.save('tuned.keras');
console.log('saved as tuned.keras; in Python: keras.saving.load_model("tuned.keras")');
