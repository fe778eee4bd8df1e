/** A subclassed model and a training loop of one's own, with a look at the gradients. */
import {
  GradientTape,
  jit,
  layers,
  losses,
  Model,
  ops,
  optimizers,
  type Tensor,
  tensor,
  utils,
} from '@addax/frontend';
import { loadDigits } from './digits.ts';
import { steps } from './settings.ts';

const BATCH = 32;

class Classifier extends Model {
  conv1 = layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' });
  flatten = layers.flatten();
  dense1 = layers.dense({ units: 10 });
  override call(x: Tensor): Tensor {
    return this.dense1(this.flatten(this.conv1(x)));
  }
}

utils.setRandomSeed(1);
const model = new Classifier();
const optimizer = optimizers.adam({ learningRate: 1e-3 });
const lossFn = new losses.SparseCategoricalCrossentropy({ fromLogits: true });

const trainStep = jit((images: Tensor, labels: Tensor) => {
  const tape = new GradientTape();
  const loss = tape.record(() => lossFn(labels, model(images, { training: true })));
  const gradients = tape.gradient(loss, model.trainableVariables);
  // Gradients may be looked at and changed before they are applied.
  const clipped = gradients.map((gradient) => gradient && ops.clip(gradient, -1, 1));
  optimizer.apply(clipped, model.trainableVariables);
  return loss;
});

const { train } = loadDigits(steps(1000, 96), 1);
const images = tensor(train.images, [train.count, 28, 28, 1]);
const labels = tensor(train.labels);
model(images.slice([0, 0, 0, 0], [1, -1, -1, -1]));
for (let epoch = 1; epoch <= steps(2, 1); epoch++) {
  let loss = 0;
  for (let start = 0; start + BATCH <= train.count; start += BATCH) {
    const batch = images.slice([start, 0, 0, 0], [BATCH, -1, -1, -1]);
    loss = await trainStep(batch, labels.slice([start], [BATCH])).item();
  }
  console.log(`epoch ${epoch}: loss ${loss.toFixed(4)}`);
}
