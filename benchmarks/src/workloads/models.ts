/** The models that are trained and asked, compiled with Adam; their data. */
import { input, layers, Model, Sequential, type Tensor, tensor } from '@addax/frontend';
import { classNumbers, numbers } from './data.ts';

function compiled<M extends Model>(model: M): M {
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** 784-512-512-10. */
export function mlp(): Model {
  return compiled(
    new Sequential([
      layers.dense({ units: 512, activation: 'relu', inputShape: [784] }),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]),
  );
}

/** Two convolutions and two dense layers; with dropout as Keras' example for MNIST has it. */
export function lenet({ dropout = false } = {}): Model {
  return compiled(
    new Sequential([
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.maxPooling2d(),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d(),
      ...(dropout ? [layers.dropout({ rate: 0.25 })] : []),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      ...(dropout ? [layers.dropout({ rate: 0.5 })] : []),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]),
  );
}

/** 128 cells over 64 steps of 64 features. */
export function lstm(): Model {
  return compiled(
    new Sequential([
      layers.lstm({ units: 128, inputShape: [64, 64] }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]),
  );
}

/** One block of 4 heads over 128 steps of 128 features. */
export function transformer(): Model {
  const inputs = input({ shape: [128, 128] });
  const attended = layers.multiHeadAttention({ numHeads: 4, keyDim: 32 })(inputs, {
    value: inputs,
  });
  const first = layers.layerNormalization({ epsilon: 1e-5 })(layers.add()([inputs, attended]));
  const wide = layers.dense({ units: 512, activation: 'gelu' })(first);
  const narrow = layers.dense({ units: 128 })(wide);
  const second = layers.layerNormalization({ epsilon: 1e-5 })(layers.add()([first, narrow]));
  const mean = layers.globalAveragePooling1d()(second);
  const outputs = layers.dense({ units: 10, activation: 'softmax' })(mean);
  return compiled(new Model({ inputs, outputs }));
}

/** Three stages of two residual blocks, 16 to 64 channels, on pictures of 32 × 32: ResNet-14. */
export function residual(): Model {
  const inputs = input({ shape: [32, 32, 3] });
  const convolution = (x: typeof inputs, filters: number, strides: number, size = 3) =>
    layers.batchNormalization()(
      layers.conv2d({ filters, kernelSize: size, strides, padding: 'same', useBias: false })(x),
    );
  let x = layers.relu()(convolution(inputs, 16, 1));
  for (const filters of [16, 32, 64]) {
    for (const block of [0, 1]) {
      const strides = block === 0 && filters > 16 ? 2 : 1;
      const h = convolution(layers.relu()(convolution(x, filters, strides)), filters, 1);
      const shortcut = strides === 1 ? x : convolution(x, filters, strides, 1);
      x = layers.relu()(layers.add()([shortcut, h]));
    }
  }
  const pooled = layers.globalAveragePooling2d()(x);
  const outputs = layers.dense({ units: 10, activation: 'softmax' })(pooled);
  return compiled(new Model({ inputs, outputs }));
}

/** A batch for training. */
export function batchOf(shape: readonly number[]): { readonly x: Tensor; readonly y: Tensor } {
  const size = shape.reduce((a, b) => a * b, 1);
  return { x: tensor(numbers(size), shape), y: tensor(classNumbers(shape[0]!, 10)) };
}
