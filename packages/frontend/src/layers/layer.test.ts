import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  ArgumentError,
  getMask,
  input,
  Layer,
  layers,
  ops,
  random,
  registerSerializable,
  type Shape,
  ShapeError,
  StateError,
  type Tensor,
  tensor,
  UnsupportedError,
  utils,
  Variable,
} from '../index.ts';

class Scale extends Layer {
  factor!: Variable;

  override build(inputShape: Shape): void {
    this.factor = this.addWeight({
      name: 'factor',
      shape: [inputShape.at(-1)!],
      initializer: 'ones',
    });
  }

  override call(inputs: Tensor): Tensor {
    return ops.multiply(inputs, this.factor);
  }
}

beforeEach(() => {
  utils.clearSession();
});

describe('names', () => {
  test('automatic names are Keras’, counted per class', () => {
    const names = [1, 2].map((units) => layers.dense({ units }).name);
    expect(names).toEqual(['dense', 'dense_1']);
    expect(layers.maxPooling2d().name).toBe('max_pooling2d');
  });

  test('a class that is not registered is a layer; a registered one bears its name', () => {
    class Mine extends Layer {}
    class Dense2 extends layers.Dense {}
    expect(new Mine().name).toBe('layer');
    expect(new Dense2({ units: 1 }).name).toBe('layer_1');
    registerSerializable(Mine, { package: 'test', name: 'SuperLayer' });
    expect(new Mine().name).toBe('super_layer');
  });

  test('a name must be a string without a slash', () => {
    expect(() => layers.dense({ units: 1, name: 'a/b' })).toThrow(ArgumentError);
  });
});

test('an unknown option is refused by name', () => {
  expect(() => layers.dense({ units: 1, unit: 2 } as never)).toThrow(
    /Dense: unknown option "unit"/,
  );
});

describe('building', () => {
  test('the first call builds; weights have paths below the layer', () => {
    const layer = new Scale({ name: 'scale' });
    expect(layer.built).toBe(false);
    layer(tensor([[1, 2]]));
    expect(layer.weights.map(({ path }) => path)).toEqual(['scale/factor']);
    expect(layer.built).toBe(true);
  });

  test('build by hand and a call afterwards make the weights once', async () => {
    const layer = new Scale();
    layer.build([null, 2]);
    const { factor } = layer;
    expect(await layer(tensor([[3, 4]])).array()).toEqual([[3, 4]]);
    expect(layer.factor).toBe(factor);
    expect(layer.weights).toHaveLength(1);
  });

  test('a build that fails leaves no weights behind', () => {
    class Broken extends Layer {
      override build(): void {
        this.addWeight({ shape: [1] });
        throw new ShapeError('no');
      }
    }
    const layer = new Broken();
    expect(() => layer(tensor([1]))).toThrow(ShapeError);
    expect(layer.weights).toEqual([]);
    expect(layer.built).toBe(false);
  });

  test('a weight of unknown size is an error that names the layer', () => {
    expect(() => new Scale({ name: 's' })(input({ shape: [null] }))).toThrow(
      /Layer "s": weight "factor" cannot have shape \[null\]/,
    );
  });

  test('counting the weights of an unbuilt layer says what to do', () => {
    expect(() => layers.dense({ units: 2 }).countParams()).toThrow(
      /not built.*build\(inputShape\)/,
    );
    const dense = layers.dense({ units: 2 });
    dense.build([null, 3]);
    expect(dense.countParams()).toBe(8);
  });
});

describe('calls', () => {
  test('apply is the same as a call; arrays are taken as tensors', async () => {
    const layer = new Scale();
    expect(await layer.apply([[1, 2]]).array()).toEqual(await layer([[1, 2]]).array());
  });

  test('training comes from the options, else from the enclosing call, else it is false', () => {
    const seen: boolean[] = [];
    class Probe extends Layer {
      override call(inputs: Tensor, { training }: { training: boolean }): Tensor {
        seen.push(training);
        return inputs;
      }
    }
    class Outer extends Layer {
      probe: Probe = new Probe();
      override call(inputs: Tensor): Tensor {
        return this.probe(inputs);
      }
    }
    const outer = new Outer();
    outer(tensor([1]));
    outer(tensor([1]), { training: true });
    outer.probe(tensor([1]), { training: true });
    expect(seen).toEqual([false, true, true]);
  });

  test('a layer without call says so', () => {
    expect(() => new Layer()(tensor([1]))).toThrow(UnsupportedError);
  });

  test('a call that returns a promise is refused', () => {
    class Later extends Layer {
      // oxlint-disable-next-line typescript/require-await -- the mistake under test
      override async call(inputs: Tensor): Promise<Tensor> {
        return inputs;
      }
    }
    expect(() => new Later()(tensor([1]))).toThrow(/returned a promise/);
  });

  test('errors from ops inside name the layer and the input’s shape', () => {
    class Wrong extends Layer {
      override call(inputs: Tensor): Tensor {
        return ops.matmul(inputs, ops.ones([7, 7]));
      }
    }
    expect(() => new Wrong({ name: 'w' })(tensor([[1, 2]]))).toThrow(
      /^Layer "w": .*\(input shape \[1, 2\]\)$/,
    );
  });

  test('another number of features than the weights were built for is refused', () => {
    const dense = layers.dense({ units: 2, name: 'd' });
    dense(ops.ones([1, 32]));
    expect(() => dense(ops.ones([4, 20]))).toThrow(/Dense "d": input has 20 features.*\[4, 20\]/);
  });

  test('tensors made inside and not returned are released', () => {
    let inner: Tensor | undefined;
    class Keeper extends Layer {
      override call(inputs: Tensor): Tensor {
        inner = ops.add(inputs, 1);
        return ops.add(inner, 1);
      }
    }
    const result = new Keeper()(tensor([1]));
    expect(inner!.isDisposed).toBe(true);
    expect(result.isDisposed).toBe(false);
  });
});

describe('tracking', () => {
  class Block extends Layer {
    list: Layer[] = [layers.dense({ units: 2 }), layers.dense({ units: 3 })];
    table: Map<string, Layer> = new Map([['last', layers.dense({ units: 4 })]]);
    record: { inner: { own: Variable } } = { inner: { own: new Variable([1, 2]) } };
    override call(inputs: Tensor): Tensor {
      return this.table.get('last')!(this.list.reduce((x, layer) => layer(x), inputs));
    }
  }

  test('sublayers and variables in arrays, Maps and records are found in definition order', () => {
    const block = new Block();
    block(ops.ones([1, 2]));
    expect(block.sublayers.map(({ name }) => name)).toEqual(['dense', 'dense_1', 'dense_2']);
    expect(block.weights.map(({ shape }) => shape.join())).toEqual([
      '2',
      '2,2',
      '2',
      '2,3',
      '3',
      '3,4',
      '4',
    ]);
  });

  test('a layer with weights in a private field is an error that names track', () => {
    class Hidden extends Layer {
      readonly #dense: Layer = layers.dense({ units: 2 });
      override call(inputs: Tensor): Tensor {
        return this.#dense(inputs);
      }
    }
    expect(() => new Hidden()(ops.ones([1, 2]))).toThrow(/this\.track\(layer\)/);
    class Shown extends Layer {
      readonly #dense: Layer = this.track(layers.dense({ units: 2 }));
      override call(inputs: Tensor): Tensor {
        return this.#dense(inputs);
      }
    }
    const shown = new Shown();
    shown(ops.ones([1, 2]));
    expect(shown.trainableVariables).toHaveLength(2);
  });

  test('freezing reaches sublayers, and thawing gives back what was trainable', () => {
    const norm = layers.batchNormalization();
    norm(ops.ones([2, 3]));
    expect(norm.trainableWeights.map(({ name }) => name)).toEqual(['gamma', 'beta']);
    norm.trainable = false;
    expect(norm.trainableWeights).toEqual([]);
    expect(norm.nonTrainableWeights).toHaveLength(4);
    expect(norm.weights.map(({ name }) => name).slice(0, 2)).toEqual(['gamma', 'beta']);
    norm.trainable = true;
    expect(norm.trainableWeights).toHaveLength(2);
  });

  test('seed generators count as variables, not as weights', () => {
    const dropout = layers.dropout({ rate: 0.5, seed: 1 });
    dropout(ops.ones([2]), { training: true });
    expect(dropout.weights).toEqual([]);
    expect(dropout.variables).toHaveLength(1);
  });
});

describe('weights', () => {
  test('getWeights and setWeights go round', async () => {
    const [a, b] = [layers.dense({ units: 2 }), layers.dense({ units: 2 })];
    const x = random.normal([3, 4]);
    a(x);
    b(x);
    b.setWeights(a.getWeights());
    expect(await b(x).array()).toEqual(await a(x).array());
  });

  test('values that do not fit are refused before any weight is set', async () => {
    const dense = layers.dense({ units: 2 });
    dense.build([null, 2]);
    const before = await dense.weights[0].value.array();
    expect(() =>
      dense.setWeights([
        [
          [9, 9],
          [9, 9],
        ],
      ]),
    ).toThrow(/has 2 weights/);
    expect(() =>
      dense.setWeights([
        [
          [9, 9],
          [9, 9],
        ],
        [1, 2, 3],
      ]),
    ).toThrow(ShapeError);
    expect(await dense.weights[0].value.array()).toEqual(before);
    expect(() => layers.dense({ units: 1 }).setWeights([[1]])).toThrow(StateError);
  });

  test('a snapshot of the weights does not change when they do', async () => {
    const scale = new Scale();
    scale.build([null, 2]);
    const [before] = scale.getWeights();
    scale.factor.assign([5, 5]);
    expect(await before.array()).toEqual([1, 1]);
  });
});

describe('losses', () => {
  class Penalty extends Layer {
    override call(inputs: Tensor): Tensor {
      this.addLoss(ops.sum(inputs));
      return inputs;
    }
  }

  test('addLoss counts for the last outermost call', async () => {
    const layer = new Penalty();
    layer(tensor([1, 2]));
    layer(tensor([3, 4]));
    expect(await Promise.all(layer.losses.map((loss) => loss.item()))).toEqual([7]);
  });

  test('regularized weights add their penalties while they are trainable', async () => {
    const dense = layers.dense({ units: 1, kernelInitializer: 'ones', kernelRegularizer: 'l2' });
    dense.build([null, 2]);
    expect(await dense.losses[0].item()).toBeCloseTo(0.02);
    dense.trainable = false;
    expect(dense.losses).toEqual([]);
  });

  test('an activity regularizer sees the output; its penalty is per sample', async () => {
    const layer = layers.identity({ activityRegularizer: 'l1' });
    layer(tensor([[-1], [2]]));
    expect(await layer.losses[0].item()).toBeCloseTo(0.015);
  });
});

describe('masks', () => {
  let warning: jest.SpiedFunction<typeof console.warn>;
  beforeEach(() => {
    warning = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => {
    warning.mockRestore();
  });

  test('they pass through layers that support masking and end at the others', () => {
    const x = tensor(
      [
        [1, 0],
        [2, 3],
      ],
      undefined,
      'int32',
    );
    const embedded = layers.embedding({ inputDim: 4, outputDim: 2, maskZero: true })(x);
    const dropped = layers.dropout({ rate: 0.5 })(embedded, { training: true });
    expect(getMask(dropped)).toBe(getMask(embedded));
    expect(getMask(layers.flatten()(dropped))).toBeUndefined();
  });

  test('a layer that drops one warns of it once', () => {
    const embedded = layers.embedding({ inputDim: 3, outputDim: 2, maskZero: true })(
      tensor([[1, 0]], undefined, 'int32'),
    );
    const drops = new Scale({ name: 'drops' });
    drops(embedded);
    drops(embedded);
    layers.dense({ units: 1 })(embedded);
    layers.lstm({ units: 1 })(embedded);
    layers.globalAveragePooling1d()(embedded);
    layers.multiHeadAttention({ numHeads: 1, keyDim: 2 })(embedded, { value: embedded });
    expect(warning.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^Layer 'drops' \(of type Layer\) was passed an input with a mask attached to it\. However, this layer does not support masking and will therefore destroy the mask information\./,
        ),
      ],
    ]);
  });

  test('they are found for symbolic tensors too', () => {
    const x = input({ shape: [null], dtype: 'int32' });
    const embedded = layers.embedding({ inputDim: 4, outputDim: 2, maskZero: true })(x);
    expect(embedded.mask!.shape).toEqual([null, null]);
    expect(embedded.mask!.dtype).toBe('bool');
  });
});

describe('symbolic calls', () => {
  test('the output has its unknown axes, and weights are made', () => {
    const dense = layers.dense({ units: 5 });
    const y = dense(input({ shape: [null, 3] }));
    expect(y.shape).toEqual([null, null, 5]);
    expect(dense.built).toBe(true);
    expect(dense.output).toBe(y);
  });

  test('computeOutputShape is found from call', () => {
    expect(
      layers.conv2d({ filters: 4, kernelSize: 3 }).computeOutputShape([null, 9, 9, 1]),
    ).toEqual([null, 7, 7, 4]);
  });

  test('finding shapes changes no variable and no random state', async () => {
    const norm = layers.batchNormalization();
    norm(input({ shape: [3] }), { training: true });
    expect(await norm.weights[2].value.array()).toEqual([0, 0, 0]);
  });
});

test('getConfig makes an equal layer', () => {
  const dense = layers.dense({ units: 3, activation: 'relu', name: 'd', trainable: false });
  const again = layers.Dense.fromConfig(dense.getConfig());
  expect(again.getConfig()).toEqual(dense.getConfig());
});
