/** A trained model and its data in every format that is written, made in memory. */
import cpu from '@addax/backend-cpu';
import { MemorySink, writeNpy, writeNpz } from '@addax/formats';
import {
  layers,
  type Model,
  optimizers,
  random,
  Sequential,
  setBackend,
  type Tensor,
  utils,
} from '@addax/frontend';

/**
 * Chooses the dialect of the cpu backend that there is under every policy, so that values can be
 * compared bit for bit.
 */
export function speakJavaScript(): Promise<void> {
  return setBackend(cpu, { dialect: 'js' });
}

/** The data of all programs about files: the same points everywhere. */
export function points(): Tensor {
  return random.normal([16, 2], { seed: 4 });
}

/** The model of all programs about files; weights depend on the seed. */
export function makeModel(seed: number): Model {
  utils.clearSession();
  utils.setRandomSeed(seed);
  const model = new Sequential([
    layers.dense({ units: 8, activation: 'relu', inputShape: [2], name: 'hidden' }),
    layers.batchNormalization({ name: 'normal' }),
    layers.dense({ units: 1, name: 'out' }),
  ]);
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: 'meanSquaredError' });
  return model;
}

/** What a model says of the points. */
export async function predict(model: Model): Promise<Float32Array> {
  return (await ((await model.predict(points(), { verbose: 0 })) as Tensor).data()) as Float32Array;
}

/** The loss of one further step, which depends on the weights, and the weights after it. */
export async function resume(model: Model): Promise<Float32Array> {
  await model.trainOnBatch(points(), random.normal([16, 1], { seed: 6 }));
  return predict(model);
}

/** The files by name, what the model predicts, and what it does after one further step. */
export default async function writeFiles(): Promise<{
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly predictions: Float32Array;
  readonly resumed: Float32Array;
}> {
  await speakJavaScript();
  const model = makeModel(3);
  for (let i = 0; i < 3; i++) await resume(model);
  const x = points();
  const array = { shape: x.shape as number[], dtype: 'float32', data: await x.data() } as const;
  const npy = new MemorySink();
  await writeNpy(npy, array);
  const npz = new MemorySink();
  await writeNpz(npz, [{ name: 'points', ...array }]);
  const files = {
    'model.keras': await model.save(),
    'model.weights.h5': await model.saveWeights(),
    'model.safetensors': await model.saveWeights(undefined, { format: 'safetensors' }),
    'points.npy': npy.bytes(),
    'points.npz': npz.bytes(),
  };
  return { files, predictions: await predict(model), resumed: await resume(model) };
}
