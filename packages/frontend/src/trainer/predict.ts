/** The prediction loop: batches through the model, outputs put together on the host. */
import {
  fromHost,
  type HostArray,
  hostArray,
  leavesOf,
  mapTree,
  ShapeError,
  sizeOf,
  storageOf,
  Tensor,
} from '@addax/core';
import { makeCallbacks } from './callbacks.ts';
import { EpochIterator } from './data/epoch-iterator.ts';
import { makeSource } from './data/source.ts';
import { checkRunOptions } from './options.ts';
import { Pace } from './pace.ts';
import { releaseBatch, releaseResults } from './release.ts';
import { predictorOf } from './steps.ts';
import type { Trainer } from './trainer.ts';
import type { PredictOptions } from './types.ts';

const KEYS: readonly (keyof PredictOptions)[] = [
  'batchSize',
  'verbose',
  'steps',
  'callbacks',
  'signal',
];

/** One output on the host, batch by batch. */
interface Pieces {
  readonly first: Tensor;
  readonly parts: Promise<HostArray>[];
  rows: number;
}

/** Predicts; see {@link Model.predict}. */
export async function runPredict(
  trainer: Trainer,
  x: unknown,
  options: PredictOptions,
): Promise<unknown> {
  checkRunOptions('predict', options, KEYS);
  const { batchSize, steps, signal, verbose } = options;
  const source = await makeSource(x, { batchSize, steps });
  const perExecution = trainer.compiled ? trainer.compiledState.stepsPerExecution : 1;
  const iterator = new EpochIterator(source, steps, perExecution, signal);
  const parameters = { epochs: 1, steps: iterator.steps };
  const callbacks = makeCallbacks(trainer, options.callbacks, verbose, parameters);
  const predict = predictorOf(trainer);
  const pace = new Pace();
  const pieces: Pieces[] = [];
  let structure: unknown;
  let count = 0;
  await callbacks.onPredictBegin();
  try {
    for await (const { step, batches } of iterator.epoch(0)) {
      // Most batches have nobody to wait for: a wait that is none still costs its turn.
      const begun = callbacks.onPredictBatchBegin(step);
      if (begun !== undefined) await begun;
      for (const batch of batches) {
        const outputs = predict(batch.data);
        structure ??= outputs;
        count++;
        collect(outputs, pieces);
        releaseBatch(batch, trainer);
        // Those of a single batch are the result.
        if (count === 2) releaseResults(structure, trainer);
        if (count > 1) releaseResults(outputs, trainer);
        // Two batches behind at most: reading keeps pace with computing.
        await pieces[0]?.parts.at(-3);
        const pause = pace.afterStep(undefined);
        if (pause !== undefined) await pause;
      }
      const ended = callbacks.onPredictBatchEnd(step + batches.length - 1);
      if (ended !== undefined) await ended;
      signal?.throwIfAborted();
    }
  } finally {
    await iterator.close();
  }
  await callbacks.onPredictEnd();
  if (count === 1) return structure;
  const joined = await Promise.all(pieces.map(join));
  let index = 0;
  return mapTree(structure, (leaf) => (leaf instanceof Tensor ? joined[index++] : leaf));
}

/** Starts reading the outputs of a batch. */
function collect(outputs: unknown, pieces: Pieces[]): void {
  let index = 0;
  for (const leaf of leavesOf(outputs)) {
    if (!(leaf instanceof Tensor)) continue;
    const piece = (pieces[index++] ??= { first: leaf, parts: [], rows: 0 });
    const { backend, buffer } = storageOf(leaf);
    const read = backend.download(buffer, leaf.aval);
    read.catch(() => undefined);
    piece.parts.push(read);
    piece.rows += checkRows(piece.first, leaf);
  }
}

function checkRows(first: Tensor, output: Tensor): number {
  const same =
    output.aval === first.aval || output.shape.slice(1).join() === first.shape.slice(1).join();
  if (same && output.rank > 0) return output.shape[0]!;
  throw new ShapeError(
    `predict: batches gave outputs of shapes [${first.shape.join(', ')}] and ` +
      `[${output.shape.join(', ')}], which cannot be put together: use predictOnBatch.`,
  );
}

async function join({ first, parts, rows }: Pieces): Promise<Tensor> {
  const shape = [rows, ...first.shape.slice(1)];
  const data = hostArray(first.dtype, sizeOf(shape));
  let offset = 0;
  for (const part of parts) {
    const values = await part;
    data.set(values as never, offset);
    offset += values.length;
  }
  return fromHost(data, { shape, dtype: first.dtype }, true);
}
