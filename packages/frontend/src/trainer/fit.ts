/** The training loop. */
import { ArgumentError } from '@addax/core';
import type { CallbackList } from '../callbacks/callback-list.ts';
import { History } from '../callbacks/history.ts';
import { makeCallbacks } from './callbacks.ts';
import { EpochIterator } from './data/epoch-iterator.ts';
import {
  arraySource,
  type DataSource,
  hostParts,
  isStream,
  makeSource,
  splitTail,
  weighted,
} from './data/source.ts';
import { evaluateSource } from './evaluate.ts';
import { runGroup } from './group.ts';
import { LatestLogs, readLogs } from './logs.ts';
import { checkRunOptions } from './options.ts';
import { Pace } from './pace.ts';
import { releaseResults } from './release.ts';
import { seek } from './resume.ts';
import { stepsOf } from './steps.ts';
import type { Trainer } from './trainer.ts';
import type { FitOptions, Logs, TensorLogs } from './types.ts';

const KEYS: readonly (keyof FitOptions)[] = [
  'batchSize',
  'verbose',
  'sampleWeight',
  'callbacks',
  'signal',
  'epochs',
  'validationSplit',
  'validationData',
  'shuffle',
  'classWeight',
  'initialEpoch',
  'stepsPerEpoch',
  'validationSteps',
  'validationBatchSize',
  'validationFreq',
];

/** Trains; see {@link Model.fit}. */
export async function runFit(
  trainer: Trainer,
  x: unknown,
  y: unknown,
  options: FitOptions,
): Promise<History> {
  checkRunOptions('fit', options, KEYS);
  const { epochs = 1, initialEpoch = 0, signal } = options;
  const { stepsPerExecution, optimizer } = trainer.compiledState;
  signal?.throwIfAborted();
  const { source, validation } = await sources(x, y, options);
  const iterator = new EpochIterator(source, options.stepsPerEpoch, stepsPerExecution, signal);
  const history = new History();
  const parameters = { epochs, steps: iterator.steps };
  const { callbacks: given, verbose } = options;
  const callbacks = makeCallbacks(trainer, given, verbose, parameters, history);
  trainer.stopTraining = false;
  trainer.resume = undefined;
  await callbacks.onTrainBegin();
  let logs: Logs = {};
  try {
    const begin =
      trainer.resume === undefined ? initialEpoch : await goOn(trainer, iterator, x, options);
    for (let epoch = begin; epoch < epochs; epoch++) {
      trainer.resetMetrics();
      await callbacks.onEpochBegin(epoch);
      logs = await trainEpoch(trainer, iterator, epoch, callbacks, signal);
      if (validation !== undefined && isDue(epoch, options.validationFreq ?? 1)) {
        const found = await evaluateSource(trainer, validation, options.validationSteps, {
          callbacks,
          signal,
        });
        for (const [name, value] of Object.entries(found)) logs[`val_${name}`] = value;
      }
      await callbacks.onEpochEnd(epoch, logs);
      if (trainer.stopTraining) break;
    }
  } finally {
    await iterator.close();
  }
  optimizer.finalizeVariableValues(trainer.trainableVariables);
  await callbacks.onTrainEnd(logs);
  return history;
}

/** Brings the data to where a run that was cut off goes on; gives its epoch. */
async function goOn(
  trainer: Trainer,
  iterator: EpochIterator,
  x: unknown,
  { initialEpoch = 0, epochs = 1, stepsPerEpoch }: FitOptions,
): Promise<number> {
  const { epoch, batch } = trainer.resume!;
  if (epoch >= epochs) {
    // Nothing is left to do; the model is to be what that run made of it.
    for await (const { batches } of iterator.epoch(initialEpoch)) {
      await takeUp(trainer, batches[0]!.data);
      break;
    }
  } else if (await seek(x, { epoch, batch })) {
    iterator.startAt(batch, false);
  } else {
    // One iterator goes through all epochs of a given length.
    if (stepsPerEpoch !== undefined) await iterator.pass(initialEpoch, epoch);
    iterator.startAt(batch, true);
  }
  // At the beginning of an epoch callbacks may change the state, such as the learning rate.
  if (trainer.resume !== undefined && batch === 0 && trainer.built) await takeUp(trainer);
  return epoch;
}

/** Sets the state of the run back; a look at a batch first makes what is made late: weights, metrics. */
async function takeUp(trainer: Trainer, data?: unknown): Promise<void> {
  const { restore } = trainer.resume!;
  trainer.resume = undefined;
  if (data !== undefined) stepsOf(trainer).test(data);
  trainer.resetMetrics();
  await restore();
}

async function trainEpoch(
  trainer: Trainer,
  iterator: EpochIterator,
  epoch: number,
  callbacks: CallbackList,
  signal: AbortSignal | undefined,
): Promise<Logs> {
  const pace = new Pace();
  const { stepsPerExecution: size } = trainer.compiledState;
  const groups = { trainer, step: stepsOf(trainer).train, pace, size };
  const latest = new LatestLogs();
  let last: TensorLogs = {};
  for await (const { step, batches } of iterator.epoch(epoch)) {
    if (trainer.resume !== undefined) await takeUp(trainer, batches[0]!.data);
    await callbacks.onTrainBatchBegin(step);
    last = await runGroup(groups, batches, last);
    if (callbacks.watches('onTrainBatchEnd')) latest.offer(last);
    const end = step + batches.length - 1;
    await callbacks.onTrainBatchEnd(end, latest.values, async () => readLogs(last));
    signal?.throwIfAborted();
    if (trainer.stopTraining) break;
  }
  if (trainer.resume !== undefined) {
    // The run was cut off after the last batch of an epoch whose length was not known.
    await takeUp(trainer);
    last = trainer.metricResults();
  }
  await pace.finish();
  const logs = await readLogs(last);
  releaseResults(last, trainer);
  return logs;
}

/** What is trained on, and what is validated on. */
async function sources(
  x: unknown,
  y: unknown,
  options: FitOptions,
): Promise<{ source: DataSource; validation: DataSource | undefined }> {
  const { sampleWeight, classWeight, batchSize, validationSplit, validationData } = options;
  const shuffle = options.shuffle ?? true;
  const parts = { y, sampleWeight, classWeight, batchSize, shuffle, steps: options.stepsPerEpoch };
  const heldOut = {
    batchSize: options.validationBatchSize ?? batchSize,
    steps: options.validationSteps,
  };
  if (validationSplit !== undefined && validationSplit !== 0 && validationData === undefined) {
    if (isStream(x)) {
      throw new ArgumentError(
        'validationSplit needs arrays or tensors, of which it holds back the tail: give ' +
          'validationData when x is an iterable.',
      );
    }
    const [head, tail] = splitTail(await hostParts(x, parts), validationSplit);
    const source = arraySource(weighted(head, classWeight), parts);
    return { source, validation: arraySource(tail, heldOut) };
  }
  const source = await makeSource(x, parts);
  if (validationData === undefined) return { source, validation: undefined };
  if (!Array.isArray(validationData)) {
    const { steps } = heldOut;
    return { source, validation: await makeSource(validationData, { steps }) };
  }
  if (validationData.length < 1 || validationData.length > 3) {
    throw new ArgumentError('validationData must be [x, y], [x, y, sampleWeight] or an iterable.');
  }
  const [vx, vy, vw] = validationData as readonly unknown[];
  return {
    source,
    validation: await makeSource(vx, { y: vy, sampleWeight: vw, ...heldOut }),
  };
}

/** Whether this epoch (from 0) ends with a validation. */
function isDue(epoch: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === 'number'
    ? (epoch + 1) % frequency === 0
    : frequency.includes(epoch + 1);
}
