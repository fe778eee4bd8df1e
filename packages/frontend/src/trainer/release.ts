/** Batches that were uploaded for one step are given back after it. */
import { getBackend, leavesOf, Tensor } from '@addax/core';
import type { Batch } from './data/batch.ts';
import type { Trainer } from './trainer.ts';

/**
 * Gives a batch's device memory back. In host memory the collector does that; with `runEagerly` a step
 * may have kept a tensor for later.
 */
export function releaseBatch({ data, owned }: Batch, trainer: Trainer): void {
  if (!owned || getBackend().capabilities.hostMemory || trainer.compiledState.runEagerly) return;
  for (const leaf of leavesOf(data)) if (leaf instanceof Tensor) leaf.dispose();
}
