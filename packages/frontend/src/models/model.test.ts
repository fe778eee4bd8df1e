import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  ArgumentError,
  input,
  layers,
  Model,
  ops,
  random,
  ShapeError,
  StateError,
  type Tensor,
  tensor,
  UnsupportedError,
  utils,
} from '../index.ts';

beforeEach(() => {
  utils.clearSession();
});

describe('functional models', () => {
  test('inputs and outputs may be arrays and records', async () => {
    const a = input({ shape: [2], name: 'a' });
    const b = input({ shape: [2], name: 'b' });
    const sum = layers.add()([a, b]);
    const model = new Model({ inputs: { a, b }, outputs: { sum, twice: ops.multiply(sum, 2) } });
    const outputs = model({ a: tensor([[1, 2]]), b: tensor([[3, 4]]) }) as unknown as {
      sum: Tensor;
      twice: Tensor;
    };
    expect(await outputs.sum.array()).toEqual([[4, 6]]);
    expect(await outputs.twice.array()).toEqual([[8, 12]]);
    const listed = new Model({ inputs: [a, b], outputs: [sum, a] });
    const [first] = listed([tensor([[1, 2]]), tensor([[3, 4]])]) as unknown as Tensor[];
    expect(await first.array()).toEqual([[4, 6]]);
  });

  test('a model with inputs in an array takes a record by input name', async () => {
    const a = input({ shape: [1], name: 'a' });
    const b = input({ shape: [1], name: 'b' });
    const model = new Model({ inputs: [a, b], outputs: ops.subtract(a, b) });
    expect(await model({ b: tensor([[1]]), a: tensor([[5]]) }).array()).toEqual([[4]]);
  });

  test('a shared layer has one set of weights; a nested model is a layer', () => {
    const shared = layers.dense({ units: 3, name: 'shared' });
    const x = input({ shape: [3] });
    const inner = new Model({ inputs: x, outputs: shared(shared(x)), name: 'inner' });
    const y = input({ shape: [3] });
    const outer = new Model({ inputs: y, outputs: shared(inner(y)) });
    expect(outer.weights).toHaveLength(2);
    expect(outer.countParams()).toBe(12);
    expect(outer.getLayer('inner')).toBe(inner);
  });

  test('layers count in Keras’ order: by depth from the outputs, ties by first visit', () => {
    const a = input({ shape: [4], name: 'a' });
    const b = input({ shape: [4], name: 'b' });
    const left = layers.dense({ units: 4, name: 'left' })(a);
    const deep = layers.dense({ units: 4, name: 'deep' })(left);
    const right = layers.dense({ units: 4, name: 'right' })(b);
    const sum = layers.add({ name: 'sum' })([deep, right]);
    const model = new Model({ inputs: [a, b], outputs: sum });
    const names = model.layers.map(({ name }) => name);
    expect(names).toEqual(['a', 'left', 'b', 'deep', 'right', 'sum']);
  });

  test('a model may begin in the middle of another graph', async () => {
    const x = input({ shape: [2] });
    const middle = layers.rescaling({ scale: 2 })(x);
    const end = layers.rescaling({ scale: 3 })(middle);
    const tail = new Model({ inputs: middle, outputs: end });
    expect(await tail(tensor([[1, 1]])).array()).toEqual([[3, 3]]);
    expect(tail.layers).toHaveLength(2);
  });

  test('an input that is missing from inputs is named', () => {
    const a = input({ shape: [2], name: 'a' });
    const b = input({ shape: [2], name: 'forgotten' });
    expect(() => new Model({ inputs: a, outputs: ops.add(a, b) })).toThrow(/"forgotten"/);
  });

  test('tensors instead of symbolic ones, and names used twice, are refused', () => {
    const x = input({ shape: [2] });
    expect(() => new Model({ inputs: x, outputs: ops.ones([2]) as never })).toThrow(ArgumentError);
    expect(() => new Model({ inputs: x })).toThrow(/both inputs and outputs/);
    const twice = layers.dense({ units: 1, name: 'd' })(layers.dense({ units: 1, name: 'd' })(x));
    expect(() => new Model({ inputs: x, outputs: twice })).toThrow(/"d" is used by two layers/);
  });

  test('inputs of another shape are refused; a missing axis of size 1 is added', async () => {
    const x = input({ shape: [3, 1], name: 'x' });
    const model = new Model({ inputs: x, outputs: layers.flatten()(x), name: 'm' });
    expect(await model(tensor([[1, 2, 3]])).array()).toEqual([[1, 2, 3]]);
    expect(() => model(ops.ones([2, 4, 1]))).toThrow(ShapeError);
    expect(() => model(ops.ones([2, 4, 1]))).toThrow(/"x" has shape \[2, 4, 1\].*\[null, 3, 1\]/);
  });

  test('inputs are cast to their declared dtype', () => {
    const x = input({ shape: [2], dtype: 'int32' });
    const model = new Model({ inputs: x, outputs: ops.add(x, 1) });
    expect(model(tensor([[1, 2]])).dtype).toBe('int32');
  });

  test('masks travel through the graph', async () => {
    const x = input({ shape: [null], dtype: 'int32' });
    const embedded = layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true })(x);
    const lstm = layers.lstm({ units: 3 });
    const model = new Model({ inputs: x, outputs: lstm(embedded) });
    const long = await model(tensor([[1, 2, 0, 0]], undefined, 'int32')).array();
    const short = await model(tensor([[1, 2]], undefined, 'int32')).array();
    expect(long).toEqual(short);
  });

  test('string inputs are refused at the door, naming what is missing', () => {
    expect(() => input({ shape: [1], dtype: 'string' as never })).toThrow(UnsupportedError);
  });
});

describe('subclassed models', () => {
  class Classifier extends Model {
    hidden: layers.Dense = layers.dense({ units: 4, activation: 'relu' });
    scores: layers.Dense = layers.dense({ units: 2 });
    override call(x: Tensor): Tensor {
      return this.scores(this.hidden(x));
    }
  }

  test('layers in fields are its layers; weights have paths below the model', () => {
    const model = new Classifier({ name: 'net' });
    model(ops.ones([1, 3]));
    expect(model.layers).toEqual([model.hidden, model.scores]);
    expect(model.weights.map(({ path }) => path)[0]).toBe('net/dense/kernel');
  });

  test('build makes the weights without data', () => {
    const model = new Classifier();
    model.build([null, 3]);
    expect(model.countParams()).toBe(4 * 4 + 4 * 2 + 2);
    expect(model.summary({ print: false })).toContain('(None, 4)');
  });

  test('it can be called on symbolic tensors', () => {
    expect(new Classifier()(input({ shape: [3] })).shape).toEqual([null, 2]);
  });

  test('a model without call says so', () => {
    expect(() => new Model()(ops.ones([1]))).toThrow(UnsupportedError);
  });
});

test('getLayer by an unknown name lists the names there are', () => {
  const x = input({ shape: [2], name: 'x' });
  const model = new Model({ inputs: x, outputs: layers.dense({ units: 1, name: 'd' })(x) });
  expect(() => model.getLayer('e')).toThrow(/no layer "e"\. Its layers are "x", "d"/);
  expect(model.getLayer(-1).name).toBe('d');
});

test('layer.output of a layer called twice asks for the tensors of the calls', () => {
  const dense = layers.dense({ units: 2 });
  const x = input({ shape: [2] });
  dense(dense(x));
  expect(() => dense.output).toThrow(StateError);
});

test('an unregistered ReLU between symbolic ops keeps concrete shapes in call', () => {
  const seen: (readonly number[])[] = [];
  class Shapes extends layers.Layer {
    override call(inputs: Tensor): Tensor {
      seen.push(inputs.shape);
      return inputs;
    }
  }
  new Shapes()(input({ shape: [null, 4] }));
  expect(seen.every((shape) => shape.every(Number.isInteger))).toBe(true);
});

test('moving a model moves its variables', async () => {
  const x = input({ shape: [2] });
  const model = new Model({ inputs: x, outputs: layers.dense({ units: 1 })(x) });
  await model.to(random.normal([1]).backend);
  expect((await model(ops.ones([1, 2])).data()).length).toBe(1);
});
