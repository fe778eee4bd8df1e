/**
 * What `stepsPerExecution: 10` does to a training step on ONNX Runtime: where the backend's rule makes a
 * loop of ten steps it must be quicker, where it does not nothing may change.
 */
import process from 'node:process';
import {
  type Backend,
  getBackend,
  layers,
  type Model,
  Sequential,
  setBackend,
  type Tensor,
  tensor,
} from '@addax/frontend';
import { type StepTiming, takeTurns } from './onnx-steps.ts';
import { classNumbers, numbers } from './workloads/data.ts';
import * as models from './workloads/models.ts';

/** Steps of an execution. */
const STEPS = 10;

/** Batches of an epoch. */
const BATCHES = 20;

/** One model: CPU milliseconds per step. */
export interface LoopResult {
  readonly milliseconds: Readonly<Record<'single' | 'together', StepTiming>>;
  /** Whether ten steps became a loop. */
  readonly isLoop: boolean;
  /** Together ÷ single, of the medians. */
  readonly ratio: number;
  /** At most this ratio is wanted. */
  readonly bar: number;
}

/** Compares `fit` with and without `stepsPerExecution`, on one thread. */
export async function compareLoop(): Promise<Record<string, LoopResult>> {
  await setBackend('onnx', { threads: 1 });
  const plans: readonly [string, () => Model, readonly number[]][] = [
    ['toy', toy, [64, 64]],
    ['mlp', models.mlp, [128, 784]],
    ['lenet', models.lenet, [64, 28, 28, 1]],
  ];
  const results: Record<string, LoopResult> = {};
  for (const [name, make, shape] of plans) {
    const answers = answersOf(getBackend());
    const { x, y } = epochOf(shape);
    const turn = (model: Model) => (): Promise<number> => timedEpoch(model, x, y, shape[0]!);
    const together = make();
    together.compile({ ...together.compileOptions, stepsPerExecution: STEPS });
    const turns = { single: turn(make()), together: turn(together) };
    const milliseconds = (await takeTurns(turns, 15)) as LoopResult['milliseconds'];
    const ratio = milliseconds.together.median / milliseconds.single.median;
    const isLoop = answers.includes(true);
    results[name] = { milliseconds, isLoop, ratio, bar: 1.05 };
    console.log(
      `${name}: ${milliseconds.single.median.toFixed(2)} ms a step, ` +
        `${milliseconds.together.median.toFixed(2)} ms with ${STEPS} steps an execution ` +
        `(${isLoop ? 'a loop' : 'no loop'}, ${ratio.toFixed(2)}×, bar 1.05×)`,
    );
  }
  return results;
}

/** 64-128-10: its step takes about as long as what the runtime needs around it. */
function toy(): Model {
  const model = new Sequential([
    layers.dense({ units: 128, activation: 'relu', inputShape: [64] }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** What the backend answers from now on when it is asked for a loop. */
function answersOf(backend: Backend): readonly boolean[] {
  const answers: boolean[] = [];
  const ask = backend.prefersLoop!.bind(backend);
  backend.prefersLoop = (...question) => {
    const answer = ask(...question);
    answers.push(answer);
    return answer;
  };
  return answers;
}

function epochOf([batch, ...shape]: readonly number[]): { readonly x: Tensor; readonly y: Tensor } {
  const rows = batch! * BATCHES;
  const size = shape.reduce((a, b) => a * b, rows);
  return { x: tensor(numbers(size), [rows, ...shape]), y: tensor(classNumbers(rows, 10)) };
}

/** CPU milliseconds per step of an epoch. */
async function timedEpoch(model: Model, x: Tensor, y: Tensor, batchSize: number): Promise<number> {
  const from = process.cpuUsage();
  await model.fit(x, y, { batchSize, verbose: 0 });
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000 / BATCHES;
}
