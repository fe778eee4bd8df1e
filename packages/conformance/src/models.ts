/** The four models of the training check: MLP, CNN, LSTM and transformer block, all with Adam. */
import { input, Layer, layers, Model, ops, Sequential, type Tensor, tensor } from '@addax/frontend';
import { randomNumbers } from './execute.ts';

/** A model with one batch of data. */
export interface TrainingCase {
  readonly name: 'mlp' | 'cnn' | 'lstm' | 'transformer';
  /** Makes model and batch anew on the current backend. */
  readonly make: () => { model: Model; x: Tensor; y: Tensor };
}

function values(shape: readonly number[], seed: number): Tensor {
  const next = randomNumbers(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, () => 2 * next() - 1),
    shape,
  );
}

function classes(count: number, below: number, seed: number): Tensor {
  const next = randomNumbers(seed);
  return tensor(Int32Array.from({ length: count }, () => Math.floor(next() * below)));
}

function compiled(model: Model): Model {
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

function mlp(): Model {
  return new Sequential([
    layers.dense({ units: 32, activation: 'relu', inputShape: [64] }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

function cnn(): Model {
  return new Sequential([
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 1] }),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d(),
    layers.batchNormalization(),
    layers.flatten(),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

function lstm(): Model {
  return new Sequential([
    layers.masking({ maskValue: 0, inputShape: [10, 8] }),
    layers.lstm({ units: 16 }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

/** Steps of zeros at the end of each sequence, which masking skips. */
function maskedSequences(): Tensor {
  const steps = ops.reshape(ops.arange(10), [1, 10, 1]);
  const lengths = tensor([10, 9, 8, 7, 6, 5, 4, 3], [8, 1, 1], 'int32');
  return values([8, 10, 8], 3).mul(ops.cast(ops.less(steps, lengths), 'float32'));
}

class TransformerBlock extends Layer {
  attention = layers.multiHeadAttention({ numHeads: 2, keyDim: 16 });
  first = layers.layerNormalization({ epsilon: 1e-6 });
  second = layers.layerNormalization({ epsilon: 1e-6 });
  feedForward = new Sequential([
    layers.dense({ units: 64, activation: 'relu' }),
    layers.dense({ units: 32 }),
  ]);
  drop = layers.dropout({ rate: 0.1, seed: 11 });

  override call(x: Tensor, { training }: { training?: boolean } = {}): Tensor {
    const attended = this.drop(this.attention(x, { value: x }), { training });
    const h = this.first(ops.add(x, attended));
    return this.second(ops.add(h, this.drop(this.feedForward(h), { training })));
  }
}

function transformer(): Model {
  const inputs = input({ shape: [16, 32] });
  const h = new TransformerBlock()(inputs);
  const pooled = layers.globalAveragePooling1d()(h);
  const outputs = layers.dense({ units: 10, activation: 'softmax' })(pooled);
  return new Model({ inputs, outputs });
}

/** The four models, with the batches of the conformance suite. */
export const TRAINING_CASES: readonly TrainingCase[] = [
  {
    name: 'mlp',
    make: () => ({ model: compiled(mlp()), x: values([16, 64], 1), y: classes(16, 10, 2) }),
  },
  {
    name: 'cnn',
    make: () => ({ model: compiled(cnn()), x: values([8, 12, 12, 1], 1), y: classes(8, 10, 2) }),
  },
  {
    name: 'lstm',
    make: () => ({ model: compiled(lstm()), x: maskedSequences(), y: classes(8, 10, 2) }),
  },
  {
    name: 'transformer',
    make: () => ({
      model: compiled(transformer()),
      x: values([4, 16, 32], 1),
      y: classes(4, 10, 2),
    }),
  },
];
