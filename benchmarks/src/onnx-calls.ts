/**
 * What Addax adds to a prediction: `predictOnBatch` and `predict` against a session of ONNX Runtime made
 * by hand from the same model's file, with the same options, on one thread.
 *
 * Calls are timed one by one, in blocks that alternate; the order turns round every time, and the first
 * calls of a block, which find the other's data in the caches, do not count. What counts is the tenth
 * percentile: a call that nobody disturbed, neither other programs nor the threads that compile
 * JavaScript. Short calls are timed on the clock. Of those of several milliseconds, which a busy machine
 * always interrupts, it is the CPU time. Apart from that, `overheadUs` is what the JavaScript of Addax
 * takes where runs take no time: a figure without noise, though in front of a warm cache.
 */
import onnx from '@addax/backend-onnx';
import { exportOnnx } from '@addax/onnx';
import { jit, type Model, setBackend, type Tensor, tensor } from '@addax/frontend';
import type * as Runtime from 'onnxruntime-node';
import { cpuTime } from './measure.ts';
import { numbers } from './workloads/data.ts';
import * as models from './workloads/models.ts';

const ROWS = 10_000;
const BATCH_SIZE = 32;

/** One kind of call. */
export interface CallResult {
  /** Microseconds of an undisturbed call: on the clock for single rows, else of CPU time. */
  readonly microseconds: Readonly<Record<'addax' | 'session', number>>;
  /** Their difference; for `predict` of the time on the clock around the runtime's runs. */
  readonly overhead: number;
  /** What it may be: 5 % or 20 µs, whichever is more (for `predict`: 5 %). */
  readonly bar: number;
  /** The difference where the runtime's runs take no time. */
  readonly overheadUs: number;
}

/** The same work by both sides. */
interface Sides {
  readonly addax: () => Promise<unknown>;
  readonly session: () => Promise<unknown>;
}

/** Microseconds of the calls in one turn of one side. */
type Turn = (run: () => Promise<unknown>) => Promise<readonly number[]>;

/** Measures the calls. */
export async function compareCalls(): Promise<Record<string, CallResult>> {
  // By its module: by name, sources would be loaded with require and every import become a call.
  await setBackend(onnx, { threads: 1 });
  const results: Record<string, CallResult> = {};
  const plans: readonly [string, () => Model, readonly number[], number, number][] = [
    ['lenet', models.lenet, [28, 28, 1], 1, 400],
    ['lenet', models.lenet, [28, 28, 1], 64, 60],
    ['residual', models.residual, [32, 32, 3], 1, 100],
    ['residual', models.residual, [32, 32, 3], 64, 12],
  ];
  for (const [name, make, shape, batch, rounds] of plans) {
    const result = await compareBatch(make(), shape, batch, rounds);
    results[`${name}, batch ${batch}`] = result;
    report(`${name}, batch ${batch}`, result);
  }
  const result = await comparePredict();
  results[`predict, ${ROWS} rows`] = result;
  report(`predict, ${ROWS} rows`, result);
  return results;
}

async function compareBatch(
  model: Model,
  shape: readonly number[],
  batch: number,
  rounds: number,
): Promise<CallResult> {
  const run = await handMade(model, shape);
  const data = numbers(batch * shape.reduce((a, b) => a * b, 1));
  const dims = [batch, ...shape];
  const x = tensor(data, dims);
  const sides: Sides = {
    // With the result read, as the session by hand gives it.
    addax: async () => {
      const y = await model.predictOnBatch(x);
      await y.data();
      y.dispose();
    },
    session: () => run(data, dims),
  };
  // Weights become constants once they have stayed the same for some calls.
  for (let i = 0; i < 12; i++) await sides.addax();
  await settled();
  const samples = await takeTurns(sides, batch === 1 ? onClock(12) : ofCpu(4), rounds);
  return { ...summary(samples, 20), overheadUs: await withoutRuns(sides, 100, 1000) };
}

async function comparePredict(): Promise<CallResult> {
  const model = models.lenet();
  const run = await handMade(model, [28, 28, 1]);
  const data = numbers(ROWS * 784);
  const x = tensor(data, [ROWS, 28, 28, 1]);
  const sides: Sides = {
    addax: () => model.predict(x, { batchSize: BATCH_SIZE, verbose: 0 }),
    session: async () => {
      const result = new Float32Array(ROWS * 10);
      for (let row = 0; row < ROWS; row += BATCH_SIZE) {
        const rows = Math.min(BATCH_SIZE, ROWS - row);
        const part = data.subarray(row * 784, (row + rows) * 784);
        result.set(await run(part, [rows, 28, 28, 1]), row * 10);
      }
    },
  };
  // The last batch is smaller, and comes once in each of them. Other threads, whose time counts too,
  // compile JavaScript during the first dozen.
  for (let i = 0; i < 16; i++) await sides.addax();
  await settled();
  const timed = summary(await takeTurns(sides, ofCpu(1), 11), 0);
  // A second of runs, equal on both sides, varies more than everything around them takes.
  const around = await takeTurns(sides, aroundRuns, 11);
  const { overhead } = summary(around, 0);
  return { ...timed, overhead, overheadUs: await withoutRuns(sides, 1, 20) };
}

function summary({ addax, session }: Samples, least: number): Omit<CallResult, 'overheadUs'> {
  const microseconds = { addax: undisturbed(addax), session: undisturbed(session) };
  return {
    microseconds,
    overhead: microseconds.addax - microseconds.session,
    bar: Math.max(0.05 * microseconds.session, least),
  };
}

/** A session of the model's exported file, and the run of a batch. */
async function handMade(
  model: Model,
  shape: readonly number[],
): Promise<(data: Float32Array, dims: readonly number[]) => Promise<Float32Array>> {
  const { InferenceSession, Tensor: RuntimeTensor } = await runtime();
  const fn = jit((x: Tensor) => model.call(x, { training: false }) as Tensor);
  const spec = { shape: [null, ...shape], name: 'x' };
  const { bytes } = await exportOnnx(fn, [spec], { target: 'cpu', outputNames: ['y'] });
  const session = await InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
  });
  return async (data, dims) => {
    const { y } = await session.run({ x: new RuntimeTensor('float32', data, dims) });
    return y!.data as Float32Array;
  };
}

async function runtime(): Promise<typeof Runtime> {
  return import('onnxruntime-node');
}

/** Both sides in turns, each the first in every other round. */
async function takeTurns(sides: Sides, turn: Turn, rounds: number): Promise<Samples> {
  const samples: Samples = { addax: [], session: [] };
  const names: (keyof Sides)[] = ['addax', 'session'];
  for (const name of names) await turn(sides[name]);
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name].push(...(await turn(sides[name])));
    names.reverse();
  }
  return samples;
}

/** Microseconds of each side, turn by turn. */
type Samples = Record<keyof Sides, number[]>;

/** The tenth percentile. */
function undisturbed(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 10)]!;
}

/** The calls of a block on the clock, without its first ones. */
function onClock(block: number): Turn {
  return async (run) => {
    const times: number[] = [];
    for (let i = 0; i < block; i++) {
      const from = performance.now();
      await run();
      if (i > 1) times.push((performance.now() - from) * 1000);
    }
    return times;
  };
}

/** CPU time of the calls of a block. */
function ofCpu(block: number): Turn {
  return async (run) => {
    const times: number[] = [];
    for (let i = 0; i < block; i++) {
      const milliseconds = await cpuTime(async () => {
        await run();
      });
      if (i > 0 || block === 1) times.push(milliseconds * 1000);
    }
    return times;
  };
}

/** Microseconds on the clock outside the runtime, whose runs are callbacks of setImmediate. */
const aroundRuns: Turn = async (run) => {
  const { setImmediate } = globalThis;
  let inside = 0;
  const timed = (callback: () => void): NodeJS.Immediate =>
    setImmediate(() => {
      const from = performance.now();
      callback();
      inside += performance.now() - from;
    });
  globalThis.setImmediate = timed as typeof setImmediate;
  const from = performance.now();
  try {
    await run();
  } finally {
    globalThis.setImmediate = setImmediate;
  }
  return [(performance.now() - from - inside) * 1000];
};

/** What a call of Addax takes more, in microseconds, where runs give at once what they gave before. */
async function withoutRuns(sides: Sides, calls: number, rounds: number): Promise<number> {
  const { InferenceSession } = await runtime();
  const { prototype } = InferenceSession as unknown as { readonly prototype: RunsSessions };
  const { run } = prototype;
  const known = new WeakMap<object, Map<number, Promise<unknown>>>();
  prototype.run = async function (this: object, feeds) {
    const [feed] = Object.values(feeds);
    const [rows] = feed!.dims;
    let results = known.get(this);
    if (results === undefined) known.set(this, (results = new Map()));
    if (!results.has(rows!)) results.set(rows!, run.call(this, feeds));
    return results.get(rows!);
  };
  const mean: Turn = async (side) => {
    const from = performance.now();
    for (let i = 0; i < calls; i++) await side();
    return [((performance.now() - from) * 1000) / calls];
  };
  try {
    return summary(await takeTurns(sides, mean, rounds), 0).overhead;
  } finally {
    prototype.run = run;
  }
}

interface RunsSessions {
  run(
    this: object,
    feeds: Readonly<Record<string, { readonly dims: readonly number[] }>>,
  ): Promise<unknown>;
}

/** Sessions that are being made in the background are ready. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
}

function report(name: string, { microseconds, overhead, bar, overheadUs }: CallResult): void {
  const { addax, session } = microseconds;
  console.log(
    `${name}: addax ${addax.toFixed(0)} µs, session by hand ${session.toFixed(0)} µs, ` +
      `overhead ${overhead.toFixed(0)} µs (bar ${bar.toFixed(0)} µs); ` +
      `JavaScript alone ${overheadUs.toFixed(1)} µs`,
  );
}
