/** The batches between two rounds of callbacks: one run for all of them, or a run for each. */
import type { Batch } from './data/batch.ts';
import type { Pace } from './pace.ts';
import { releaseBatch, releaseResults } from './release.ts';
import type { Step } from './steps.ts';
import type { Trainer } from './trainer.ts';
import type { TensorLogs } from './types.ts';

/** What the groups of a run have in common. */
export interface Groups {
  readonly trainer: Trainer;
  readonly step: Step<TensorLogs>;
  readonly pace: Pace;
  /** Batches of a whole group; a smaller one, at the end of an epoch, is not worth a loop of its own. */
  readonly size: number;
}

/** Runs a group and gives the results of its last step; `before` are those of the group before it. */
export async function runGroup(
  { trainer, step, pace, size }: Groups,
  batches: readonly Batch[],
  before: TensorLogs,
): Promise<TensorLogs> {
  const isWhole = size > 1 && batches.length === size;
  const results = isWhole ? step.together(batches.map(({ data }) => data)) : undefined;
  let last = before;
  for (const batch of batches) {
    const previous = last;
    last = results ?? step(batch.data);
    releaseBatch(batch, trainer);
    if (previous !== last) releaseResults(previous, trainer);
    if (results === undefined) await pace.afterStep(Object.values(last)[0]);
  }
  if (results !== undefined) await pace.afterStep(Object.values(last)[0]);
  return last;
}
