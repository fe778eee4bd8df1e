/** A custom layer: additive attention over the steps of a sequence. */
import {
  Layer,
  type LayerOptions,
  layers,
  ops,
  Sequential,
  type Shape,
  type Tensor,
  tensor,
  utils,
  type Variable,
} from '@addax/frontend';
import { randomNumbers, steps } from './settings.ts';

interface AttentionOptions extends LayerOptions {
  units: number;
}

class AttentionLayer extends Layer {
  readonly units: number;
  w!: Variable;
  v!: Variable;
  constructor({ units, ...options }: AttentionOptions) {
    super(options);
    this.units = units;
  }
  override build(inputShape: Shape): void {
    this.w = this.addWeight({
      shape: [inputShape.at(-1)!, this.units],
      initializer: 'randomNormal',
    });
    this.v = this.addWeight({ shape: [this.units, 1], initializer: 'randomNormal' });
  }
  override call(inputs: Tensor): Tensor {
    const score = ops.tanh(ops.matmul(inputs, this.w));
    return ops.multiply(inputs, ops.softmax(ops.matmul(score, this.v), { axis: 1 }));
  }
}

// The label is the sign of the step whose first feature is largest: attention has to find it.
const SAMPLES = 512;
const STEPS = 8;
utils.setRandomSeed(2);
const next = randomNumbers(5);
const data = new Float32Array(SAMPLES * STEPS * 4);
const labels = new Float32Array(SAMPLES);
for (let i = 0; i < SAMPLES; i++) {
  const marked = Math.floor(next() * STEPS);
  for (let step = 0; step < STEPS; step++) {
    const at = (i * STEPS + step) * 4;
    data[at] = step === marked ? 1 : 0;
    for (let f = 1; f < 4; f++) data[at + f] = 2 * next() - 1;
    if (step === marked) labels[i] = data[at + 1]! > 0 ? 1 : 0;
  }
}

const model = new Sequential([
  new AttentionLayer({ units: 16, inputShape: [STEPS, 4] }),
  layers.lambda((x: Tensor) => ops.sum(x, { axis: 1 })),
  layers.dense({ units: 16, activation: 'relu' }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
const { history } = await model.fit(
  tensor(data, [SAMPLES, STEPS, 4]),
  tensor(labels, [SAMPLES, 1]),
  {
    epochs: steps(30, 2),
    batchSize: 32,
    verbose: 0,
  },
);
console.log(`loss ${history['loss']!.at(-1)!.toFixed(4)}`);
console.log(`accuracy ${history['accuracy']!.at(-1)!.toFixed(4)}`);
