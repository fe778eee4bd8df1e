/**
 * What Addax adds to a prediction: `predictOnBatch` and `predict` against a session of ONNX Runtime made
 * by hand from the same model's file, with the same options. CPU time on one thread.
 */
import onnx from '@addax/backend-onnx';
import { exportOnnx } from '@addax/onnx';
import { jit, type Model, setBackend, type Tensor, tensor } from '@addax/frontend';
import type * as Runtime from 'onnxruntime-node';
import { cpuTime, interleave, median } from './measure.ts';
import { numbers } from './workloads/data.ts';
import * as models from './workloads/models.ts';

const ROWS = 10_000;
const BATCH_SIZE = 32;

/** One kind of call. */
export interface CallResult {
  /** Medians of CPU microseconds per call. */
  readonly microseconds: Readonly<Record<'addax' | 'session', number>>;
  /** Median of the differences of neighbouring turns. */
  readonly overhead: number;
  /** What it may be: 5 % or 20 µs, whichever is more (for `predict`: 5 %). */
  readonly bar: number;
}

/** Measures the calls. */
export async function compareCalls(): Promise<Record<string, CallResult>> {
  // By its module: by name, sources would be loaded with require and every import become a call.
  await setBackend(onnx, { threads: 1 });
  const results: Record<string, CallResult> = {};
  const plans: readonly [string, () => Model, readonly number[], number, number][] = [
    ['lenet', models.lenet, [28, 28, 1], 1, 200],
    ['lenet', models.lenet, [28, 28, 1], 64, 8],
    ['residual', models.residual, [32, 32, 3], 1, 40],
    ['residual', models.residual, [32, 32, 3], 64, 2],
  ];
  for (const [name, make, shape, batch, calls] of plans) {
    const model = make();
    const run = await handMade(model, shape);
    const data = numbers(batch * shape.reduce((a, b) => a * b, 1));
    const x = tensor(data, [batch, ...shape]);
    const dims = [batch, ...shape];
    const own = async (): Promise<void> => {
      for (let i = 0; i < calls; i++) await predicted(model, x);
    };
    const peer = async (): Promise<void> => {
      for (let i = 0; i < calls; i++) await run(data, dims);
    };
    // Weights become constants once they have stayed the same for some calls.
    for (let i = 0; i < 12; i++) await predicted(model, x);
    await new Promise((resolve) => setTimeout(resolve, 300));
    results[`${name}, batch ${batch}`] = await compare(own, peer, 15, calls, 20);
    report(`${name}, batch ${batch}`, results[`${name}, batch ${batch}`]!);
  }
  results[`predict, ${ROWS} rows`] = await comparePredict();
  report(`predict, ${ROWS} rows`, results[`predict, ${ROWS} rows`]!);
  return results;
}

/** The call with its result read, as the session by hand gives it. */
async function predicted(model: Model, x: Tensor): Promise<void> {
  const y = await model.predictOnBatch(x);
  await y.data();
  y.dispose();
}

async function comparePredict(): Promise<CallResult> {
  const model = models.lenet();
  const run = await handMade(model, [28, 28, 1]);
  const data = numbers(ROWS * 784);
  const x = tensor(data, [ROWS, 28, 28, 1]);
  const peer = async (): Promise<void> => {
    const result = new Float32Array(ROWS * 10);
    for (let row = 0; row < ROWS; row += BATCH_SIZE) {
      const rows = Math.min(BATCH_SIZE, ROWS - row);
      const part = data.subarray(row * 784, (row + rows) * 784);
      result.set(await run(part, [rows, 28, 28, 1]), row * 10);
    }
  };
  const own = async (): Promise<void> => {
    await model.predict(x, { batchSize: BATCH_SIZE, verbose: 0 });
  };
  return compare(own, peer, 5, 1, 0);
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

async function compare(
  own: () => Promise<void>,
  peer: () => Promise<void>,
  rounds: number,
  calls: number,
  least: number,
): Promise<CallResult> {
  await cpuTime(own);
  await cpuTime(peer);
  const timings = await interleave(
    [
      { name: 'addax', run: own },
      { name: 'session', run: peer },
    ],
    rounds,
  );
  const perCall = (samples: readonly number[]): number[] =>
    samples.map((milliseconds) => (milliseconds * 1000) / calls);
  const [a, b] = [perCall(timings['addax']!.samples), perCall(timings['session']!.samples)];
  const microseconds = { addax: median(a), session: median(b) };
  const overhead = median(a.map((time, i) => time - b[i]!));
  return { microseconds, overhead, bar: Math.max(0.05 * microseconds.session, least) };
}

function report(name: string, { microseconds, overhead, bar }: CallResult): void {
  const { addax, session } = microseconds;
  console.log(
    `${name}: addax ${addax.toFixed(0)} µs, session by hand ${session.toFixed(0)} µs, ` +
      `overhead ${overhead.toFixed(0)} µs (bar ${bar.toFixed(0)} µs)`,
  );
}
