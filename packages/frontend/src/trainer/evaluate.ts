/** The evaluation loop: on its own, and as the validation of an epoch. */
import type { CallbackList } from '../callbacks/callback-list.ts';
import { makeCallbacks } from './callbacks.ts';
import { EpochIterator } from './data/epoch-iterator.ts';
import { type DataSource, makeSource } from './data/source.ts';
import { runGroup } from './group.ts';
import { LatestLogs, readLogs } from './logs.ts';
import { checkRunOptions } from './options.ts';
import { Pace } from './pace.ts';
import { releaseResults } from './release.ts';
import { stepsOf } from './steps.ts';
import type { Trainer } from './trainer.ts';
import type { EvaluateOptions, Logs, TensorLogs } from './types.ts';

const KEYS: readonly (keyof EvaluateOptions)[] = [
  'batchSize',
  'verbose',
  'sampleWeight',
  'callbacks',
  'signal',
  'steps',
];

/** Evaluates; see {@link Model.evaluate}. */
export async function runEvaluate(
  trainer: Trainer,
  x: unknown,
  y: unknown,
  options: EvaluateOptions,
): Promise<Logs> {
  checkRunOptions('evaluate', options, KEYS);
  const { sampleWeight, batchSize, steps, signal, verbose } = options;
  const source = await makeSource(x, { y, sampleWeight, batchSize, steps });
  const parameters = { epochs: 1, steps: steps ?? source.steps };
  const callbacks = makeCallbacks(trainer, options.callbacks, verbose, parameters);
  return evaluateSource(trainer, source, steps, { callbacks, signal });
}

/** Evaluates on a source, telling the callbacks. */
export async function evaluateSource(
  trainer: Trainer,
  source: DataSource,
  steps: number | undefined,
  { callbacks, signal }: { callbacks: CallbackList; signal: AbortSignal | undefined },
): Promise<Logs> {
  const { stepsPerExecution: size } = trainer.compiledState;
  // A validation begins from the start of its data each time.
  const iterator = new EpochIterator(source, steps, size, signal);
  const pace = new Pace();
  const groups = { trainer, step: stepsOf(trainer).test, pace, size };
  const latest = new LatestLogs();
  let last: TensorLogs = {};
  trainer.resetMetrics();
  await callbacks.onTestBegin();
  try {
    for await (const { step, batches } of iterator.epoch(0)) {
      await callbacks.onTestBatchBegin(step);
      last = await runGroup(groups, batches, last);
      if (callbacks.watches('onTestBatchEnd')) latest.offer(last);
      const end = step + batches.length - 1;
      await callbacks.onTestBatchEnd(end, latest.values, async () => readLogs(last));
      signal?.throwIfAborted();
    }
  } finally {
    await iterator.close();
  }
  await pace.finish();
  const logs = await readLogs(last);
  releaseResults(last, trainer);
  await callbacks.onTestEnd(logs);
  return logs;
}
