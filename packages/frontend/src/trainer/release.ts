/** What was made for one step is given back after it: on a device no collector looks after memory. */
import { getBackend, leavesOf, Tensor } from '@addax/core';
import type { Batch } from './data/batch.ts';
import type { Trainer } from './trainer.ts';

/** Gives a batch's device memory back, if it was uploaded for one step. */
export function releaseBatch({ data, owned }: Batch, trainer: Trainer): void {
  if (owned) releaseAll(data, trainer);
}

/** Gives back what a step returned, after somebody has begun to read it or nobody will. */
export function releaseResults(results: unknown, trainer: Trainer): void {
  releaseAll(results, trainer);
}

/**
 * In host memory the collector does that. With `runEagerly` a step may have kept a tensor for later; a
 * compiled one cannot, and what it returns is in no other hands.
 */
function releaseAll(tree: unknown, trainer: Trainer): void {
  if (getBackend().capabilities.hostMemory) return;
  if (trainer.compiled && trainer.compiledState.runEagerly) return;
  for (const leaf of leavesOf(tree)) if (leaf instanceof Tensor) leaf.dispose();
}
