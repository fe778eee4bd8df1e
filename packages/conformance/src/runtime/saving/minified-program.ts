/**
 * A program as an application bundles it, classes renamed: it builds, trains, saves, loads and
 * predicts. `minified.test.ts` compares what it prints with what it prints when it is not minified.
 */
import { openHdf5, openZip, walkDatasets } from '@addax/formats';
import {
  input,
  Layer,
  layers,
  loadModel,
  losses,
  Model,
  ops,
  optimizers,
  regularizers,
  registerSerializable,
  schedules,
  Sequential,
  type Tensor,
  tensor,
  utils,
} from '@addax/frontend';

/** A layer of the application's own. */
class Doubled extends Layer {
  override call(inputs: Tensor): Tensor {
    return inputs.mul(2);
  }
}
registerSerializable(Doubled, { package: 'app', name: 'Doubled' });

/** A model of the application's own. */
class Pair extends Model {
  readonly first: Layer = layers.dense({ units: 3, activation: 'leakyRelu' });
  readonly second: Layer = layers.dense({ units: 2 });

  override call(inputs: Tensor): Tensor {
    return this.second(this.first(inputs));
  }
}
registerSerializable(Pair, { package: 'app', name: 'Pair' });

utils.setRandomSeed(1);
const sequence = input({ shape: [4, 3] });
const heads = layers.multiHeadAttention({ numHeads: 2, keyDim: 2 })(sequence, { value: sequence });
const summary = layers.bidirectional({ layer: layers.lstm({ units: 2 }) })(
  layers.layerNormalization()(ops.add(sequence, heads)),
);
const inner = new Sequential([
  layers.dense({ units: 4, activation: 'gelu', kernelRegularizer: regularizers.l2({ l2: 0.01 }) }),
  layers.batchNormalization(),
]);
const outputs = layers.dense({ units: 1 })(new Pair()(new Doubled()(inner(summary))));
const model = new Model({ inputs: sequence, outputs });
model.compile({
  optimizer: optimizers.adamW({
    learningRate: schedules.cosineDecay({ initialLearningRate: 0.01, decaySteps: 10 }),
  }),
  loss: new losses.Huber({ delta: 2 }),
  metrics: ['mae'],
});

const x = tensor(
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
  [2, 4, 3],
);
const y = [[1], [0]];
await model.trainOnBatch(x, y);
const bytes = await model.save();
const copy = await loadModel(bytes);

const archive = await openZip(bytes);
const weights = await openHdf5(await archive.members.get('model.weights.h5')!.open());
console.log(
  JSON.stringify({
    config: JSON.parse(await archive.members.get('config.json')!.text()) as unknown,
    paths: [...walkDatasets(weights)].map(({ path }) => path),
    variables: copy.weights.map(({ path }) => path),
    before: await (await model.predict(x, { verbose: 0 })).array(),
    after: await (await copy.predict(x, { verbose: 0 })).array(),
    losses: [await model.trainOnBatch(x, y), await copy.trainOnBatch(x, y)],
  }),
);
