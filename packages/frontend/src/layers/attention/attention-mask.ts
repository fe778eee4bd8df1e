/** Which positions attend to which: the masks of queries, values and keys as one. */
import { Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';

/** Everything that forbids attention; masks are true where it is allowed. */
export interface AttentionMasks {
  /** `[batch, targets]`. */
  readonly queryMask: unknown;
  /** `[batch, sources]`. */
  readonly valueMask: unknown;
  /** `[batch, sources]`. */
  readonly keyMask: unknown;
  /** `[batch, targets, sources]`, or with the heads after the batch. */
  readonly attentionMask: unknown;
  /** Whether positions see only those up to their own. */
  readonly causal: boolean;
  /** Number of positions that are seen to each side, the own one included. */
  readonly slidingWindow: number | undefined;
}

/** The masks joined, `[batch or 1, targets, sources]`; undefined if all is allowed. */
export function joinMasks(
  targets: number,
  sources: number,
  masks: AttentionMasks,
): Tensor | undefined {
  const { queryMask, valueMask, keyMask, attentionMask, causal, slidingWindow } = masks;
  const parts: Tensor[] = [];
  const add = (mask: unknown, axis?: number): void => {
    if (!(mask instanceof Tensor)) return;
    const bool = ops.cast(mask, 'bool');
    parts.push(axis === undefined ? bool : ops.expandDims(bool, axis));
  };
  add(queryMask, -1);
  add(valueMask, -2);
  add(keyMask, -2);
  if (causal) parts.push(ops.greaterEqual(...positions(targets, sources)));
  if (slidingWindow !== undefined) {
    const distance = ops.abs(ops.subtract(...positions(targets, sources)));
    parts.push(ops.less(distance, slidingWindow));
  }
  add(attentionMask);
  if (parts.length === 0) return undefined;
  return parts.reduce((all, mask) => ops.logicalAnd(all, mask));
}

/** Positions of targets `[1, targets, 1]` and sources `[1, 1, sources]`. */
function positions(targets: number, sources: number): [Tensor, Tensor] {
  const line = (count: number, shape: number[]): Tensor =>
    ops.reshape(ops.arange(count, { dtype: 'int32' }), shape);
  return [line(targets, [1, targets, 1]), line(sources, [1, 1, sources])];
}
