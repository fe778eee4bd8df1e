/** Models that the exchange with Python is checked on: one of each kind, small, with random data. */
import {
  input,
  layers,
  losses,
  Model,
  ops,
  optimizers,
  schedules,
  Sequential,
  type Tensor,
  tensor,
} from '@addax/frontend';
import { Attention } from './attention.ts';

/** A compiled model and the data it is trained on. */
export interface Case {
  readonly model: Model;
  readonly x: Tensor;
  readonly y: Tensor;
}

/** Numbers from -1 to 1, the same in every run. */
function values(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function floats(...shape: number[]): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return tensor(values(count, count + shape.length), shape);
}

function classes(count: number, limit: number): Tensor {
  return tensor(
    Int32Array.from(values(count, limit), (value) => Math.floor(((value + 1) / 2) * limit)),
  );
}

function tokens(limit: number, ...shape: number[]): Tensor {
  return ops.reshape(classes(shape[0]! * shape[1]!, limit), shape);
}

function classifier(model: Model, optimizer: optimizers.Optimizer): Model {
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** The cases by name. */
export const architectures: Readonly<Record<string, () => Case>> = {
  argsort: () => {
    const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
    model.compile({ loss: 'meanSquaredError', optimizer: optimizers.sgd({ learningRate: 0.1 }) });
    return { model, x: floats(16, 2), y: floats(16, 2) };
  },
  binary: () => {
    const model = new Sequential();
    model.add(layers.dense({ units: 32, activation: 'relu', inputShape: [100] }));
    model.add(layers.dense({ units: 1, activation: 'sigmoid' }));
    model.compile({ optimizer: 'rmsprop', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
    const y = ops.reshape(ops.cast(classes(16, 2), 'float32'), [16, 1]);
    return { model, x: floats(16, 100), y };
  },
  cnn: () => {
    const inputs = input({ shape: [12, 12, 1] });
    let x = layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' })(inputs);
    x = layers.maxPooling2d()(x);
    x = layers.conv2d({ filters: 8, kernelSize: 3, useBias: false, padding: 'same' })(x);
    x = layers.batchNormalization()(x);
    x = layers.relu()(x);
    x = layers.depthwiseConv2d({ kernelSize: 3 })(x);
    x = layers.flatten()(x);
    const outputs = layers.dense({ units: 10, activation: 'softmax' })(x);
    const model = classifier(new Model({ inputs, outputs }), optimizers.adam());
    return { model, x: floats(8, 12, 12, 1), y: classes(8, 10) };
  },
  resnet: () => {
    const inputs = input({ shape: [8, 8, 3] });
    let x = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' })(inputs);
    for (let block = 0; block < 2; block++) {
      let h = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' })(x);
      h = layers.batchNormalization()(h);
      x = layers.add()([x, h]);
      x = layers.activation({ activation: 'swish' })(x);
    }
    x = layers.globalAveragePooling2d()(x);
    const outputs = layers.dense({ units: 3, activation: 'softmax' })(x);
    const optimizer = optimizers.sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true });
    const model = classifier(new Model({ inputs, outputs }), optimizer);
    return { model, x: floats(8, 8, 8, 3), y: classes(8, 3) };
  },
  lstm: () => {
    const model = new Sequential([
      input({ shape: [9], dtype: 'int32' }),
      layers.embedding({ inputDim: 20, outputDim: 8, maskZero: true }),
      layers.lstm({ units: 6, returnSequences: true }),
      layers.bidirectional({ layer: layers.gru({ units: 5 }) }),
      layers.dense({ units: 4, activation: 'softmax' }),
    ]);
    return {
      model: classifier(model, optimizers.adamW({ weightDecay: 0.01 })),
      x: tokens(20, 8, 9),
      y: classes(8, 4),
    };
  },
  recurrent: () => {
    const model = new Sequential([
      layers.simpleRNN({ units: 6, returnSequences: true, inputShape: [7, 3] }),
      layers.timeDistributed({ layer: layers.dense({ units: 4, activation: 'tanh' }) }),
      layers.gru({ units: 3, resetAfter: false }),
    ]);
    const optimizer = optimizers.lion({ learningRate: 1e-3 });
    model.compile({ optimizer, loss: 'meanAbsoluteError' });
    return { model, x: floats(8, 7, 3), y: floats(8, 3) };
  },
  transformer: () => {
    const inputs = input({ shape: [9], dtype: 'int32' });
    const embedded = layers.embedding({ inputDim: 20, outputDim: 8 })(inputs);
    const attended = layers.multiHeadAttention({ numHeads: 2, keyDim: 4 })(embedded, {
      value: embedded,
    });
    let x = layers.layerNormalization({ epsilon: 1e-6 })(layers.add()([embedded, attended]));
    const inner = new Sequential([
      layers.dense({ units: 16, activation: 'gelu', inputShape: [9, 8] }),
      layers.dense({ units: 8 }),
    ]);
    x = layers.layerNormalization({ epsilon: 1e-6 })(layers.add()([x, inner(x)]));
    x = layers.globalAveragePooling1d()(x);
    const outputs = layers.dense({ units: 3, activation: 'softmax' })(x);
    const learningRate = schedules.cosineDecay({ initialLearningRate: 0.01, decaySteps: 20 });
    const model = classifier(
      new Model({ inputs, outputs }),
      optimizers.adam({ learningRate, amsgrad: true }),
    );
    return { model, x: tokens(20, 8, 9), y: classes(8, 3) };
  },
  operators: () => {
    const inputs = input({ shape: [6] });
    const h = layers.dense({ units: 6 })(inputs);
    const gate = ops.sigmoid(ops.multiply(h, 2));
    const mixed = ops.add(ops.multiply(gate, inputs), ops.subtract(1, gate));
    const x = ops.reshape(mixed, [-1, 2, 3]);
    const outputs = layers.dense({ units: 2 })(ops.mean(x, { axis: 1, keepdims: false }));
    const model = new Model({ inputs, outputs });
    model.compile({ optimizer: optimizers.nadam(), loss: 'huber' });
    return { model, x: floats(8, 6), y: floats(8, 2) };
  },
  unet: () => {
    const inputs = input({ shape: [8, 8, 2] });
    const down = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' })(inputs);
    let x = layers.averagePooling2d()(down);
    x = layers.separableConv2d({ filters: 6, kernelSize: 3, padding: 'same' })(x);
    x = layers.prelu()(x);
    x = layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2 })(x);
    x = layers.concatenate()([x, down]);
    const outputs = layers.conv2d({ filters: 1, kernelSize: 1 })(x);
    const model = new Model({ inputs, outputs });
    model.compile({ optimizer: optimizers.adafactor(), loss: 'meanSquaredError' });
    return { model, x: floats(4, 8, 8, 2), y: floats(4, 8, 8, 1) };
  },
  nested: () => {
    const a = input({ shape: [5] });
    const encoder = new Model({
      inputs: a,
      outputs: layers.dense({ units: 4, activation: 'tanh' })(layers.dense({ units: 8 })(a)),
    });
    const inputs = input({ shape: [5] });
    const twice = layers.add()([encoder(inputs), encoder(ops.multiply(inputs, 0.5))]);
    const outputs = layers.dense({ units: 2 })(layers.groupNormalization({ groups: 2 })(twice));
    const model = new Model({ inputs, outputs });
    const optimizer = optimizers.rmsprop({ centered: true, momentum: 0.5, useEma: true });
    model.compile({ optimizer, loss: 'meanSquaredError' });
    return { model, x: floats(8, 5), y: floats(8, 2) };
  },
  mixed: () => {
    const model = new Sequential([
      layers.dense({ units: 8, activation: 'relu', inputShape: [6], dtype: 'mixed_bfloat16' }),
      layers.dense({ units: 2, dtype: 'float32' }),
    ]);
    const optimizer = optimizers.adam({ gradientAccumulationSteps: 2 });
    model.compile({ optimizer, loss: 'meanSquaredError' });
    return { model, x: floats(8, 6), y: floats(8, 2) };
  },
  generator: () => {
    const model = new Sequential([
      layers.dense({ units: 3 * 3 * 8, inputShape: [5] }),
      layers.leakyReLU({ negativeSlope: 0.2 }),
      layers.reshape({ targetShape: [3, 3, 8] }),
      // A bias here would have no gradient but noise, which Adam blows up to whole steps.
      layers.conv2dTranspose({
        filters: 4,
        kernelSize: 4,
        strides: 2,
        padding: 'same',
        useBias: false,
      }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.leakyReLU({ negativeSlope: 0.2 }),
      layers.upSampling2d({ size: 2 }),
      layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'tanh' }),
    ]);
    const optimizer = optimizers.adam({ learningRate: 2e-3, beta1: 0.5 });
    model.compile({ optimizer, loss: 'meanSquaredError' });
    return { model, x: floats(8, 5), y: floats(8, 12, 12, 1) };
  },
  discriminator: () => {
    const images = input({ shape: [12, 12, 1] });
    let x = layers.rescaling({ scale: 0.5, offset: 0.5 })(images);
    x = layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })(x);
    x = layers.leakyReLU({ negativeSlope: 0.2 })(x);
    const outputs = layers.dense({ units: 1 })(layers.flatten()(x));
    const model = new Model({ inputs: images, outputs, name: 'discriminator' });
    const optimizer = optimizers.adam({ learningRate: 2e-3, clipnorm: 0.5 });
    model.compile({ optimizer, loss: new losses.BinaryCrossentropy({ fromLogits: true }) });
    const y = ops.reshape(ops.cast(classes(8, 2), 'float32'), [8, 1]);
    return { model, x: floats(8, 12, 12, 1), y };
  },
  attention: () => {
    const model = new Sequential([
      new Attention({ units: 6, inputShape: [8, 4] }),
      layers.globalMaxPooling1d(),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ]);
    const learningRate = schedules.exponentialDecay({
      initialLearningRate: 0.02,
      decaySteps: 4,
      decayRate: 0.9,
    });
    const optimizer = optimizers.adam({ learningRate });
    model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });
    const y = ops.reshape(ops.cast(classes(16, 2), 'float32'), [16, 1]);
    return { model, x: floats(16, 8, 4), y };
  },
  masked: () => {
    const inputs = input({ shape: [6, 3] });
    const h = layers.lstm({ units: 4, returnSequences: true })(layers.masking()(inputs));
    const gate = layers.dense({ units: 4, activation: 'softmax' })(h);
    const x = layers.subtract()([layers.multiply()([h, gate]), gate]);
    const outputs = layers.dense({ units: 2 })(layers.globalAveragePooling1d()(x));
    const model = new Model({ inputs, outputs });
    const optimizer = optimizers.sgd({ learningRate: 0.1, globalClipnorm: 1 });
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const kept = ops.reshape(ops.cast(ops.less(ops.arange(6), 4), 'float32'), [1, 6, 1]);
    return { model, x: ops.multiply(floats(8, 6, 3), kept), y: floats(8, 2) };
  },
};
