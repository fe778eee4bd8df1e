/**
 * Learns to sort pairs: one dense layer maps two numbers to the order that sorts them. Done twice,
 * with a layer and with variables and ops, to show that both are the same thing.
 */
import {
  getBackend,
  grad,
  jit,
  layers,
  ops,
  optimizers,
  random,
  Sequential,
  type Tensor,
  tensor,
  utils,
  valueAndGrad,
  Variable,
} from '@addax/frontend';
import { randomNumbers, steps } from './settings.ts';

const PAIRS = 10_000;
const RUNS = steps(500, 20);

utils.setRandomSeed(3);
const next = randomNumbers(7);
const pairs = Float32Array.from({ length: 2 * PAIRS }, next);
const order = new Float32Array(2 * PAIRS);
for (let i = 0; i < PAIRS; i++) order[2 * i + (pairs[2 * i]! > pairs[2 * i + 1]! ? 0 : 1)] = 1;
const x = tensor(pairs, [PAIRS, 2]);
const y = tensor(order, [PAIRS, 2]);

/** Share of order integers that rounding the prediction gets right. */
async function shareRight(prediction: Tensor): Promise<number> {
  const right = ops.equal(ops.round(prediction), y);
  return ops.mean(ops.cast(right, 'float32')).item();
}

async function withLayer(): Promise<{ loss: number; share: number }> {
  const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
  model.compile({ loss: 'meanSquaredError', optimizer: optimizers.sgd({ learningRate: 0.5 }) });
  const curve: number[] = [];
  for (let run = 0; run < RUNS; run++) curve.push(await model.trainOnBatch(x, y));
  return { loss: curve.at(-1)!, share: await shareRight(await model.predictOnBatch(x)) };
}

async function withVariables(): Promise<{ loss: number; share: number }> {
  const kernel = new Variable(random.normal([2, 2], { stddev: 0.1, seed: 5 }), { name: 'kernel' });
  const bias = new Variable([0, 0], { name: 'bias' });
  const predict = (inputs: Tensor): Tensor => ops.matmul(inputs, kernel).add(bias);
  const step = jit((inputs: Tensor, targets: Tensor) => {
    const [loss, slopes] = valueAndGrad(
      () => ops.mean(ops.square(predict(inputs).sub(targets))),
      [kernel, bias],
    );
    kernel.assignSub(slopes[0]!.mul(0.5));
    bias.assignSub(slopes[1]!.mul(0.5));
    return loss;
  });
  let loss = Infinity;
  for (let run = 0; run < RUNS; run++) loss = await step(x, y).item();
  return { loss, share: await shareRight(predict(x)) };
}

console.log(`${RUNS} steps of ${PAIRS} pairs.`);
for (const [name, program] of [
  ['layer', withLayer],
  ['low level', withVariables],
] as const) {
  const started = performance.now();
  const { loss, share } = await program();
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  console.log(
    `${name.padEnd(9)} ${seconds} s, loss ${loss.toFixed(6)}, ` +
      `${(100 * share).toFixed(2)} % of the order integers right`,
  );
  if (RUNS === 500 && share < 0.99) throw new Error(`${name}: only ${share} right`);
}

// The gradient of a function alone, without variables:
const slope = await grad((v: Tensor) => ops.sum(ops.square(v)))(tensor([1, 2])).array();
console.log(`The slope of the sum of squares at (1, 2) is (${String(slope)}).`);
console.log(`That was backend ${getBackend().name}.`);
