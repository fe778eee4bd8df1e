/** What the one-batch methods run. */
import { ArgumentError, Tensor } from '@addax/core';
import { makeSource } from './data/source.ts';
import { readLogs } from './logs.ts';
import { releaseResults } from './release.ts';
import { predictorOf, stepsOf } from './steps.ts';
import type { Trainer } from './trainer.ts';
import type { Logs, OnBatchOptions } from './types.ts';

/** What a batch is made of. */
interface WholeBatch {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  readonly classWeight?: OnBatchOptions['classWeight'];
}

/** One step on one batch: its loss, or all logs. */
export async function onBatch(
  trainer: Trainer,
  step: 'trainFresh' | 'testFresh',
  { returnDict, ...batch }: WholeBatch & OnBatchOptions,
): Promise<Logs | number> {
  const run = stepsOf(trainer)[step];
  const results = run(await wholeBatch(batch));
  const logs = await readLogs(results);
  releaseResults(results, trainer);
  return returnDict === true ? logs : (logs['loss'] ?? NaN);
}

/** The outputs for one batch; a promise of them where the data must be brought to the device. */
export function predictOnBatch(trainer: Trainer, x: unknown): unknown {
  const predict = predictorOf(trainer);
  return x instanceof Tensor ? predict(x) : wholeBatch({ x }).then(predict);
}

/** Data as one batch on the device. Tensors are used as they are. */
async function wholeBatch({ x, ...rest }: WholeBatch): Promise<unknown> {
  const { y, sampleWeight, classWeight } = rest;
  if (classWeight === undefined && x instanceof Tensor && isTensorOrNothing(y)) {
    if (sampleWeight === undefined) return y === undefined ? x : [x, y];
  }
  const source = await makeSource(x, { ...rest, steps: 1 });
  for await (const { data } of source.batches(0)) return data;
  throw new ArgumentError('there is no data: x is empty.');
}

function isTensorOrNothing(value: unknown): boolean {
  return value === undefined || value instanceof Tensor;
}
