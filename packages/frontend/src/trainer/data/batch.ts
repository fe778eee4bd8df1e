/** One batch, as sources give it and as steps get it. */
import { ArgumentError, isRecord, isTypedArray, leavesOf, Tensor } from '@addax/core';

/** A batch on the device. */
export interface Batch {
  /** `x`, `[x, y]` or `[x, y, sampleWeight]`, trees of tensors. */
  readonly data: unknown;
  /** Number of samples. */
  readonly size: number;
  /** Whether its tensors were made for this batch alone, and may be released after it. */
  readonly owned: boolean;
}

/** The parts of a batch. */
export interface BatchParts {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
}

/** Whether an array is nested numbers rather than a list of arrays or tensors. */
export function isNumeric(value: unknown): boolean {
  let first: unknown = value;
  while (Array.isArray(first)) first = first[0];
  return typeof first === 'number' || typeof first === 'boolean' || isTypedArray(first);
}

/** Parts as the structure that steps get. */
export function packBatch({ x, y, sampleWeight }: BatchParts): unknown {
  if (sampleWeight !== undefined) return [x, y, sampleWeight];
  return y === undefined ? x : [x, y];
}

/** The parts of what a step got, or of what an iterable yielded. */
export function unpackBatch(data: unknown): BatchParts {
  if (isRecord(data) && 'xs' in data) return { x: data['xs'], y: data['ys'] };
  if (!Array.isArray(data) || (isNumeric(data) && !data.some(isArrayLike))) return { x: data };
  if (data.length < 1 || data.length > 3) {
    throw new ArgumentError(
      `a batch is x, [x, y] or [x, y, sampleWeight]; got an array of ${data.length}. Put several ` +
        'inputs into an array of their own: [[a, b], y].',
    );
  }
  const [x, y, sampleWeight] = data as readonly unknown[];
  return { x, y: y ?? undefined, sampleWeight: sampleWeight ?? undefined };
}

function isArrayLike(value: unknown): boolean {
  return Array.isArray(value) || isTypedArray(value) || value instanceof Tensor;
}

/** Number of samples of a tree of tensors: the common size of the first axis. */
export function batchSizeOf(tree: unknown): number {
  for (const leaf of leavesOf(tree)) {
    if (leaf instanceof Tensor && leaf.rank > 0) return leaf.shape[0]!;
  }
  return 1;
}
