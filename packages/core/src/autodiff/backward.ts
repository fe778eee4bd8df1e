/** Gradients of what a recorder saw: the reverse walk with bodies differentiated by the graph pass. */
import type { Tensor } from '../tensor/tensor.ts';
import { vjp } from './vjp.ts';
import { type TapeEntry, walkBack } from './walk.ts';

export type { TapeEntry } from './walk.ts';

/**
 * Cotangents of `wrt`, given those of `outputs`; undefined where nothing depends on a value.
 * Tensors are compared by identity.
 */
export function backward(
  entries: readonly TapeEntry[],
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  wrt: readonly Tensor[],
): (Tensor | undefined)[] {
  return walkBack(entries, outputs, cotangents, wrt, vjp);
}
