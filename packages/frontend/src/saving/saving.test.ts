import { beforeEach, expect, test } from '@jest/globals';
import {
  FormatError,
  input,
  Layer,
  type LayerOptions,
  layers,
  losses,
  Model,
  metrics,
  ops,
  optimizers,
  regularizers,
  registerSerializable,
  schedules,
  Sequential,
  type Tensor,
  tensor,
  UnsupportedError,
  utils,
} from '../index.ts';
import { deserialize, serialize } from './index.ts';

beforeEach(() => {
  utils.clearSession();
});

/** Through JSON, as a file would take it. */
function copy<T>(value: T): T {
  return deserialize(JSON.parse(JSON.stringify(serialize(value)))) as T;
}

test('an object stands in a file with Keras’ names', () => {
  const loss = new losses.Huber({ delta: 2, reduction: 'meanWithSampleWeight' });
  expect(serialize(loss)).toEqual({
    module: 'keras.losses',
    class_name: 'Huber',
    config: { name: 'huber_loss', reduction: 'mean_with_sample_weight', delta: 2 },
    registered_name: null,
  });
});

test('losses and metrics of one name are told apart by their module', () => {
  const config = { name: 'mean_squared_error' };
  const object = { class_name: 'MeanSquaredError', config, registered_name: null };
  expect(deserialize({ ...object, module: 'keras.losses' })).toBeInstanceOf(
    losses.MeanSquaredError,
  );
  expect(deserialize({ ...object, module: 'keras.src.metrics.regression_metrics' })).toBeInstanceOf(
    metrics.MeanSquaredError,
  );
});

test('objects within options come along', () => {
  const optimizer = optimizers.adam({
    beta1: 0.8,
    learningRate: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 5 }),
  });
  const again = copy(optimizer);
  expect(again).toBeInstanceOf(optimizers.Adam);
  expect(again.getConfig()).toEqual({
    ...optimizer.getConfig(),
    learningRate: expect.any(schedules.CosineDecay),
  });
  const scaled = copy(optimizers.lossScaleOptimizer({ innerOptimizer: optimizers.sgd() }));
  expect(scaled.innerOptimizer).toBeInstanceOf(optimizers.SGD);
});

test('a layer keeps its options', () => {
  const layer = layers.dense({
    units: 3,
    activation: 'leakyRelu',
    kernelInitializer: 'heNormal',
    kernelRegularizer: regularizers.l2({ l2: 0.5 }),
  });
  const written = serialize(layer) as { config: Record<string, unknown> };
  expect(written.config['activation']).toBe('leaky_relu');
  expect(written.config['kernel_initializer']).toMatchObject({ class_name: 'HeNormal' });
  expect(serialize(copy(layer))).toEqual(written);
});

test('a stack of layers', async () => {
  const model = new Sequential([
    layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu', inputShape: [5, 5, 1] }),
    layers.flatten(),
    layers.dense({ units: 2 }),
  ]);
  const again = copy(model);
  again.setWeights(model.weights.map(({ value }) => value));
  const x = tensor(
    Float32Array.from({ length: 25 }, (_, i) => i / 25),
    [1, 5, 5, 1],
  );
  expect(await (again(x) as Tensor).data()).toEqual(await (model(x) as Tensor).data());
});

test('a graph with shared and nested models, ops and several inputs', async () => {
  const a = input({ shape: [3], name: 'a' });
  const b = input({ shape: [3], name: 'b' });
  const shared = layers.dense({ units: 3, activation: 'tanh' });
  const inside = input({ shape: [3] });
  const nested = new Model({ inputs: inside, outputs: layers.dense({ units: 2 })(inside) });
  const sum = ops.add(shared(a), ops.multiply(shared(b), 0.5));
  const joined = ops.expandDims(nested(sum), 1);
  const model = new Model({ inputs: { a, b }, outputs: [joined, nested(shared(sum))] });

  const again = copy(model);
  expect(again.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
  again.setWeights(model.weights.map(({ value }) => value));
  const x = { a: tensor([[1, 2, 3]]), b: tensor([[3, 2, 1]]) };
  const [first, second] = model(x) as unknown as Tensor[];
  const [third, fourth] = again(x) as unknown as Tensor[];
  expect(await third!.array()).toEqual(await first!.array());
  expect(await fourth!.array()).toEqual(await second!.array());
});

class Doubled extends Layer {
  readonly factorOf: number;

  constructor({ factorOf = 2, ...options }: LayerOptions & { factorOf?: number } = {}) {
    super(options);
    this.factorOf = factorOf;
  }

  override call(inputs: Tensor): Tensor {
    return inputs.mul(this.factorOf);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factorOf: this.factorOf };
  }
}

test('a class of one’s own, registered or handed over', () => {
  expect(() => serialize(new Doubled())).toThrow(/registerSerializable/);
  const object = { module: 'mine', class_name: 'Doubled', config: { factorOf: 3 } };
  expect(() => deserialize(object)).toThrow(/class "Doubled".*registerSerializable\(Doubled/);
  const given = deserialize(object, { customObjects: { Doubled } }) as Doubled;
  expect(given.factorOf).toBe(3);

  registerSerializable(Doubled, {
    package: 'test',
    name: 'Doubled',
    config: { factorOf: 'factor' },
  });
  const written = serialize(new Doubled({ factorOf: 4 })) as { config: object };
  expect(written).toMatchObject({ class_name: 'Doubled', registered_name: 'test>Doubled' });
  expect(written.config).toMatchObject({ factor: 4 });
  expect((deserialize(written) as Doubled).factorOf).toBe(4);
});

test('code in a file is refused by name', () => {
  const lambda = { class_name: '__lambda__', config: { value: 'gASV…' } };
  expect(() => deserialize(lambda)).toThrow(UnsupportedError);
  expect(() => deserialize(lambda)).toThrow(/Python lambda/);
  const fn = { module: 'builtins', class_name: 'function', config: 'mine>swirl' };
  expect(() => deserialize(fn)).toThrow(/"mine>swirl".*registerSerializable\(swirl/);
  expect(() => serialize((x: Tensor) => x)).toThrow(/no name in files/);
});

test('a key that a class does not know is told, null is passed over', () => {
  const object = { module: 'keras.losses', class_name: 'Hinge' };
  expect(() => deserialize({ ...object, config: { steepness: 2 } })).toThrow(FormatError);
  expect(() => deserialize({ ...object, config: { steepness: null } })).not.toThrow();
});

test('numbers that JSON has no words for', () => {
  const object = {
    module: 'keras.layers',
    class_name: 'ReLU',
    config: { max_value: 'Infinity' },
    registered_name: null,
  };
  expect((deserialize(object) as Layer).getConfig()['maxValue']).toBe(Infinity);
});
