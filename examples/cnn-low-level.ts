/** A convolutional network without layers: variables, ops and jit. */
import { jit, ops, random, type Tensor, tensor, valueAndGrad, Variable } from '@addax/frontend';
import { loadDigits } from './digits.ts';
import { steps } from './settings.ts';

const CLASSES = 10;
const FEATURES = 14 * 14 * 32;
const BATCH = 32;
const RATE = 0.1;

const kernel = new Variable(random.normal([3, 3, 1, 32], { stddev: 0.1, seed: 1 }), {
  name: 'conv1',
});
const weights = new Variable(random.normal([FEATURES, CLASSES], { stddev: 0.02, seed: 2 }), {
  name: 'weights',
});
const bias = new Variable(new Float32Array(CLASSES), { name: 'bias' });
const parameters = [kernel, weights, bias];

const logits = (images: Tensor): Tensor => {
  let h = ops.relu(ops.conv(images, kernel, { strides: 1, padding: 'same' }));
  h = ops.maxPool(h, 2, { strides: 2 });
  return ops.matmul(ops.reshape(h, [-1, FEATURES]), weights).add(bias);
};
const forward = jit((images: Tensor) => ops.softmax(logits(images)));

const trainStep = jit((images: Tensor, labels: Tensor) => {
  const [loss, slopes] = valueAndGrad(() => {
    const each = ops.sparseCategoricalCrossentropy(labels, logits(images), { fromLogits: true });
    return ops.mean(each);
  }, parameters);
  parameters.forEach((parameter, i) => parameter.assignSub(slopes[i]!.mul(RATE)));
  return loss;
});

const { train, test } = loadDigits(steps(2000, 64), steps(500, 64));
const images = tensor(train.images, [train.count, 28, 28, 1]);
const labels = tensor(train.labels);
for (let epoch = 1; epoch <= steps(2, 1); epoch++) {
  let loss = 0;
  for (let start = 0; start + BATCH <= train.count; start += BATCH) {
    const batch = images.slice([start, 0, 0, 0], [BATCH, -1, -1, -1]);
    loss = await trainStep(batch, labels.slice([start], [BATCH])).item();
  }
  console.log(`epoch ${epoch}: loss ${loss.toFixed(4)}`);
}

const guesses = ops.argmax(forward(tensor(test.images, [test.count, 28, 28, 1])), { axis: -1 });
const right = ops.cast(ops.equal(guesses, tensor(test.labels)), 'float32');
console.log(`test accuracy ${(await ops.mean(right).item()).toFixed(4)}`);
