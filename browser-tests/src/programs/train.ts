/** Three small models trained from a seed: their losses and predictions have the same bits everywhere. */
import cpu, { type CpuBackend } from '@addax/backend-cpu';
import {
  getBackend,
  type Layer,
  layers,
  ops,
  random,
  Sequential,
  setBackend,
  type Tensor,
  utils,
} from '@addax/frontend';

/** What became of one model. */
export interface Trained {
  readonly losses: Float64Array;
  readonly predictions: Float32Array;
}

const CLASSES = 3;

const MODELS: Readonly<Record<string, { shape: readonly number[]; make: () => Layer[] }>> = {
  mlp: {
    shape: [4],
    make: () => [
      layers.dense({ units: 16, activation: 'relu', inputShape: [4] }),
      layers.dropout({ rate: 0.25, seed: 5 }),
    ],
  },
  cnn: {
    shape: [8, 8, 1],
    make: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
      layers.maxPooling2d(),
      layers.batchNormalization(),
      layers.flatten(),
    ],
  },
  lstm: { shape: [5, 3], make: () => [layers.lstm({ units: 6, inputShape: [5, 3] })] },
};

/** Trains for some epochs; also says whether kernels were interpreted instead of compiled. */
export default async function train(): Promise<{
  readonly interpreted: boolean;
  readonly models: Readonly<Record<string, Trained>>;
}> {
  await setBackend(cpu, { dialect: 'js' });
  const models = await trainModels();
  const { interpreter } = (getBackend() as CpuBackend)['parts'];
  return { interpreted: interpreter !== undefined, models };
}

/** Trains all models on the backend that is chosen. */
export async function trainModels(): Promise<Readonly<Record<string, Trained>>> {
  const models: Record<string, Trained> = {};
  for (const [name, { shape, make }] of Object.entries(MODELS)) {
    models[name] = await trainOne(shape, make);
  }
  return models;
}

async function trainOne(shape: readonly number[], make: () => Layer[]): Promise<Trained> {
  utils.clearSession();
  utils.setRandomSeed(7);
  const x = random.normal([24, ...shape], { seed: 1 });
  const y = ops.cast(ops.multiply(random.uniform([24], { seed: 2 }), CLASSES), 'int32');
  const model = new Sequential([
    ...make(),
    layers.dense({ units: CLASSES, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const { history } = await model.fit(x, y, { epochs: 4, batchSize: 8, verbose: 0 });
  const predictions = (await (
    (await model.predict(x, { verbose: 0 })) as Tensor
  ).data()) as Float32Array;
  return { losses: Float64Array.from(history['loss']!), predictions };
}
