import { describe, expect, test } from '@jest/globals';
import {
  ArgumentError,
  jit,
  optimizers,
  schedules,
  StateError,
  type Tensor,
  tensor,
  Variable,
} from '../index.ts';

function weight(): Variable {
  return new Variable(
    [
      [1, 2],
      [3, 4],
    ],
    { name: 'kernel', path: 'dense/kernel' },
  );
}

const gradient = tensor([
  [0.5, -1],
  [0.25, 2],
]);

async function after(
  optimizer: optimizers.Optimizer,
  steps: number,
  compiled: boolean,
): Promise<number[]> {
  const variable = weight();
  optimizer.build([variable]);
  const run = (g: Tensor): Tensor => {
    optimizer.apply([g], [variable]);
    return optimizer.iterations.value;
  };
  const step = compiled ? jit(run) : run;
  for (let i = 0; i < steps; i++) step(gradient);
  return Array.from(await variable.value.data(), Number);
}

const MADE: Readonly<Record<string, () => optimizers.Optimizer>> = {
  sgd: () => optimizers.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  rmsprop: () => optimizers.rmsprop({ centered: true, momentum: 0.5 }),
  adam: () => optimizers.adam({ amsgrad: true, clipnorm: 1 }),
  adamW: () => optimizers.adamW({ learningRate: 0.1, globalClipnorm: 1 }),
  adagrad: () => optimizers.adagrad({ useEma: true, emaOverwriteFrequency: 2 }),
  nadam: () => optimizers.nadam({ gradientAccumulationSteps: 2 }),
  muon: () => optimizers.muon(),
  scheduleFreeAdamW: () => optimizers.scheduleFreeAdamW(),
  scaled: () => optimizers.lossScaleOptimizer({ innerOptimizer: optimizers.adam() }),
  scheduled: () =>
    optimizers.sgd({
      learningRate: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 3 }),
    }),
};

describe.each(Object.keys(MADE))('%s', (name) => {
  test('compiled steps equal eager ones', async () => {
    const eager = await after(MADE[name]!(), 4, false);
    expect(await after(MADE[name]!(), 4, true)).toEqual(eager);
    expect(eager).not.toEqual([1, 2, 3, 4]);
  });
});

test('AdamW takes the steps Keras takes', async () => {
  const values = await after(optimizers.adamW({ learningRate: 0.1 }), 3, true);
  [0.698924, 2.297478, 2.696526, 3.695324].forEach((expected, i) => {
    expect(values[i]).toBeCloseTo(expected, 5);
  });
});

test('the learning rate can be changed between compiled steps', async () => {
  const optimizer = optimizers.sgd({ learningRate: 1 });
  const variable = new Variable(0);
  const step = jit((g: Tensor) => {
    optimizer.apply([g], [variable]);
    return g;
  });
  step(tensor(1));
  optimizer.learningRate = 0.5;
  step(tensor(1));
  expect(await variable.value.item()).toBe(-1.5);
  expect(await optimizer.learningRate.item()).toBe(0.5);
});

test('a scheduled rate cannot be set to a number', () => {
  const learningRate = schedules.piecewiseConstantDecay({ boundaries: [1], values: [1, 0.1] });
  const optimizer = optimizers.sgd({ learningRate });
  expect(() => (optimizer.learningRate = 0.1)).toThrow(StateError);
});

test('variables stand in the order of Keras’ files', () => {
  const optimizer = optimizers.adam({ useEma: true, gradientAccumulationSteps: 2 });
  optimizer.build([weight()]);
  expect(optimizer.variables.map(({ name }) => name)).toEqual([
    'iteration',
    'learning_rate',
    'dense_kernel_average',
    'dense_kernel_gradient_accumulator',
    'dense_kernel_momentum',
    'dense_kernel_velocity',
  ]);
});

test('weights change once in so many steps of accumulated gradients', async () => {
  const optimizer = optimizers.sgd({ learningRate: 1, gradientAccumulationSteps: 2 });
  const variable = new Variable(0);
  optimizer.apply([tensor(1)], [variable]);
  expect(await variable.value.item()).toBe(0);
  optimizer.apply([tensor(3)], [variable]);
  expect(await variable.value.item()).toBe(-2);
  expect(await optimizer.iterations.value.item()).toBe(1);
});

test('a step with an infinite gradient is skipped and halves the loss scale', async () => {
  const optimizer = optimizers.lossScaleOptimizer({
    innerOptimizer: optimizers.sgd({ learningRate: 1 }),
    initialScale: 4,
  });
  const variable = new Variable(0);
  optimizer.build([variable]);
  const step = jit((g: Tensor) => {
    optimizer.apply([g], [variable]);
    return optimizer.dynamicScale.value;
  });
  expect(await step(tensor(4)).item()).toBe(4);
  expect(await variable.value.item()).toBe(-1);
  expect(await step(tensor(Infinity)).item()).toBe(2);
  expect(await variable.value.item()).toBe(-1);
  expect(await optimizer.iterations.value.item()).toBe(1);
});

test('excluded variables do not decay', async () => {
  const optimizer = optimizers.sgd({ learningRate: 1, weightDecay: 0.5 });
  const bias = new Variable(2, { name: 'bias' });
  const kernel = new Variable(2, { name: 'kernel' });
  optimizer.excludeFromWeightDecay({ names: ['bias'] });
  optimizer.apply([tensor(0), tensor(0)], [bias, kernel]);
  expect(await bias.value.item()).toBe(2);
  expect(await kernel.value.item()).toBe(1);
});

test('wrong use is told', () => {
  const optimizer = optimizers.sgd();
  const variable = new Variable(1, { path: 'dense/bias' });
  expect(() => optimizer.apply([tensor(1)])).toThrow(/pass them, or call build/);
  expect(() => optimizer.apply([tensor([1, 2])], [variable])).toThrow(
    /"dense\/bias" has shape \[2\]/,
  );
  expect(() => optimizer.apply([tensor(1)], [new Variable(2)])).toThrow(/was not built for/);
  expect(() => optimizer.apply([null], [variable])).toThrow(/no gradient/);
  expect(() => optimizers.adam({ clipnorm: 1, clipvalue: 1 })).toThrow(ArgumentError);
  expect(() => optimizers.get('adm')).toThrow(/did you mean adam/);
});
