import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  GradientTape,
  layers,
  Model,
  ops,
  optimizers,
  Sequential,
  StateError,
  type Tensor,
  tensor,
  utils,
} from '../index.ts';

beforeEach(() => {
  utils.clearSession();
  utils.setRandomSeed(7);
});

const silent = { verbose: 0 } as const;
const x = tensor([[1], [2]]);
const y = tensor([[2], [4]]);

/** A subclassed model whose weights its first call makes. */
class Line extends Model {
  slope = layers.dense({ units: 1, useBias: false, kernelInitializer: 'zeros' });
  override call(inputs: Tensor): unknown {
    return this.slope(inputs);
  }
}

/** Looks at the weights and metrics before it calls the model. */
class OwnStep extends Line {
  override trainStep(data: [Tensor, Tensor]): Record<string, Tensor> {
    const [images, labels] = data;
    const { trainableVariables: variables, metrics } = this;
    const tape = new GradientTape();
    const { loss, yPred } = tape.record(() => {
      const prediction = this.invoke(images, { training: true }) as Tensor;
      return {
        loss: this.computeLoss({ x: images, y: labels, yPred: prediction }),
        yPred: prediction,
      };
    });
    this.optimizer.apply(tape.gradient(loss, variables), variables);
    const logs: Record<string, Tensor> = {};
    for (const metric of metrics) {
      if (metric.name === 'loss') metric.updateState(...([loss] as never[]));
      else metric.updateState(...([labels, yPred] as never[]));
      logs[metric.name] = metric.result() as Tensor;
    }
    return logs;
  }
}

const options = (): { optimizer: optimizers.SGD; loss: 'mse'; metrics: ['mae'] } => ({
  optimizer: optimizers.sgd({ learningRate: 0.1 }),
  loss: 'mse',
  metrics: ['mae'],
});

async function slopeOf(model: Line): Promise<unknown> {
  return model.slope.weights[0]!.value.array();
}

describe('a step that looks at the weights before it calls the model', () => {
  test('trains them from the first step on, like the step that comes with models', async () => {
    const models = [new Line(), new OwnStep()];
    for (const model of models) {
      model.compile(options());
      await model.fit(x, y, { epochs: 2, ...silent });
    }
    const [usual, own] = await Promise.all(models.map(slopeOf));
    expect(own).toEqual(usual);
    expect(own).not.toEqual([[0]]);
  });

  test('sees the compiled metrics', async () => {
    const model = new OwnStep();
    model.compile(options());
    const { history } = await model.fit(x, y, silent);
    expect(history).toEqual({ loss: [10], mae: [3] });
  });

  test('trains in trainOnBatch, and eagerly', async () => {
    const slopes = [];
    for (const runEagerly of [false, true]) {
      const model = new OwnStep();
      model.compile({ ...options(), runEagerly });
      await model.trainOnBatch(x, y);
      slopes.push(await slopeOf(model));
    }
    // The gradient of the mean of (w·x − 2x)² at w = 0 is −4·mean(x²) = −10.
    expect(slopes).toEqual([[[1]], [[1]]]);
  });

  test('finds an optimizer that knows all weights, and may train some of them', async () => {
    class Halves extends Model {
      a = layers.dense({ units: 1, useBias: false });
      b = layers.dense({ units: 1, useBias: false });
      override call(inputs: Tensor): Tensor {
        return ops.add(this.a(inputs), this.b(inputs));
      }
      override trainStep(data: [Tensor, Tensor]): Record<string, Tensor> {
        const tape = new GradientTape();
        const variables = this.b.trainableVariables;
        const loss = tape.record(() => ops.mean(ops.square(this.call(data[0]).sub(data[1]))));
        this.optimizer.apply(tape.gradient(loss, variables), variables);
        return { loss };
      }
    }
    const model = new Halves();
    model.compile({ optimizer: optimizers.sgd() });
    await model.trainOnBatch(x, y);
    expect(model.optimizer.trainedVariables).toEqual(model.trainableVariables);
    expect(model.trainableVariables).toHaveLength(2);
  });

  test('building changes neither metrics nor moving statistics', async () => {
    class Normalized extends OwnStep {
      norm = layers.batchNormalization({ momentum: 0 });
      override call(inputs: Tensor): unknown {
        this.norm(inputs, { training: true });
        return this.slope(inputs);
      }
      override testStep(data: unknown): Record<string, Tensor> {
        void data;
        return { mean: ops.sum(this.norm.weights[2]!.value), count: ops.sum(this.metrics.length) };
      }
    }
    const model = new Normalized();
    model.compile(options());
    expect(await model.evaluate(x, y, silent)).toEqual({ count: 2, mean: 0 });
  });
});

describe('a model that cannot be built from a batch', () => {
  class Encoder extends Model {
    inner = new Sequential([layers.dense({ units: 2 })]);
    override trainStep(data: Tensor): Record<string, Tensor> {
      return { loss: ops.sum(this.inner(data)) };
    }
  }

  test('says which layers are not built, why, and what to do', async () => {
    class Wrong extends Encoder {
      override call(): Tensor {
        throw new TypeError('no such thing');
      }
    }
    const model = new Wrong();
    model.compile({});
    const run = model.fit(x, undefined, silent);
    await expect(run).rejects.toThrow(StateError);
    await expect(run).rejects.toThrow(
      /^Model "model" has a step of its own.*TypeError: no such thing\. Not built: Sequential "sequential"/s,
    );
  });

  test('without a call must have its layers built by hand', async () => {
    const unbuilt = new Encoder();
    unbuilt.compile({});
    await expect(unbuilt.fit(x, undefined, silent)).rejects.toThrow(/has no call/);
    const built = new Encoder();
    built.inner.build([null, 1]);
    built.compile({});
    await built.fit(x, undefined, silent);
  });

  test('is left to its step when all layers are built', async () => {
    class Generator extends Encoder {
      override call(latent: Tensor): unknown {
        return this.inner(latent);
      }
      override trainStep(images: Tensor): Record<string, Tensor> {
        return { loss: ops.mean(images), made: ops.sum(this.inner(ops.ones([1, 3]))) };
      }
    }
    const model = new Generator();
    model.inner.build([null, 3]);
    model.compile({ optimizer: 'adam' });
    const { history } = await model.fit(x, undefined, silent);
    expect(history['loss']).toEqual([1.5]);
  });
});
