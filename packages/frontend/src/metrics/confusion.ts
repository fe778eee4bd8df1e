/**
 * Counting true and false positives and negatives at thresholds: what AUC, precision, recall and their
 * relatives are made of.
 */
import {
  ArgumentError,
  type DType,
  epsilon,
  ShapeError,
  type Tensor,
  tensor,
  toTensor,
  type Variable,
} from '@addax/core';
import * as ops from '@addax/core/ops';
import type { TensorLike } from '../losses/loss.ts';
import { matchRanks } from '../losses/reduce.ts';
import { accumulate } from './metric.ts';

/** Variables to add to; each is `[thresholds]`, or `[thresholds, labels]` for several labels. */
export interface ConfusionCounts {
  readonly truePositives?: Variable | undefined;
  readonly falsePositives?: Variable | undefined;
  readonly trueNegatives?: Variable | undefined;
  readonly falseNegatives?: Variable | undefined;
}

/** How to count. */
export interface ConfusionOptions {
  readonly thresholds: readonly number[];
  readonly sampleWeight?: TensorLike | null | undefined;
  /** Only the k largest predictions of a sample may be positive. */
  readonly topK?: number | null | undefined;
  /** Only this class counts. */
  readonly classId?: number | null | undefined;
  /** Whether labels (the last axis) are counted apart. */
  readonly multiLabel?: boolean | undefined;
  /** Weight of each label, when they are counted together. */
  readonly labelWeights?: readonly number[] | null | undefined;
}

/** Stands for "every prediction is above it". */
export const LOWEST_THRESHOLD: number = -1e10;

/** Thresholds as an array; numbers between 0 and 1. */
export function parseThresholds(
  thresholds: number | readonly number[] | null | undefined,
  fallback: number,
): readonly number[] {
  if (thresholds === null || thresholds === undefined) return [fallback];
  const list = typeof thresholds === 'number' ? [thresholds] : [...thresholds];
  const wrong = list.find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined) {
    throw new ArgumentError(`thresholds must be between 0 and 1, got ${wrong}`);
  }
  return list;
}

/** 0, 1/(n−1), …, 1, whose ends may lie outside by epsilon. */
export function evenThresholds(count: number, margin: number = epsilon()): number[] {
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return -margin;
    return i === count - 1 ? 1 + margin : i / (count - 1);
  });
}

/** Adds the counts of a batch. */
export function countConfusion(
  counts: ConfusionCounts,
  yTrue: TensorLike,
  yPred: TensorLike,
  options: ConfusionOptions,
): void {
  const first = Object.values(counts).find((variable) => variable !== undefined) as Variable;
  const { dtype } = first;
  let [prediction, target] = matchRanks(toTensor(yPred).cast(dtype), toTensor(yTrue).cast(dtype));
  const { topK, classId, multiLabel = false } = options;
  let weights = weightsFor(options, target, dtype);
  if (topK !== null && topK !== undefined) prediction = keepLargest(prediction, topK);
  if (classId !== null && classId !== undefined) {
    if (prediction.rank < 2) {
      throw new ShapeError(
        `classId needs predictions of shape [batch, classes], got [${prediction.shape.join(', ')}]`,
      );
    }
    target = onlyClass(target, classId);
    prediction = onlyClass(prediction, classId);
  }
  if (weights !== undefined) weights = ops.broadcastTo(weights, prediction.shape);
  const columns = multiLabel ? [prediction.shape[0]!, prediction.shape[1]!] : [prediction.size];
  const flat = (x: Tensor): Tensor => x.reshape([1, ...columns]);
  const limits = tensor([...options.thresholds], undefined, dtype).reshape([
    options.thresholds.length,
    ...columns.map(() => 1),
  ]);
  const above = flat(prediction).greater(limits);
  const positive = flat(target.cast('bool'));
  const share = weights === undefined ? undefined : flat(weights);
  const add = (variable: Variable | undefined, label: Tensor, predicted: Tensor): void => {
    if (variable === undefined) return;
    const hit = ops.logicalAnd(label, predicted).cast(dtype);
    accumulate(variable, ops.sum(share === undefined ? hit : hit.mul(share), { axis: 1 }));
  };
  add(counts.truePositives, positive, above);
  add(counts.falsePositives, ops.logicalNot(positive), above);
  add(counts.falseNegatives, positive, ops.logicalNot(above));
  add(counts.trueNegatives, ops.logicalNot(positive), ops.logicalNot(above));
}

function weightsFor(options: ConfusionOptions, target: Tensor, dtype: DType): Tensor | undefined {
  const { sampleWeight, labelWeights } = options;
  let weights: Tensor | undefined;
  if (sampleWeight !== null && sampleWeight !== undefined) {
    const given = toTensor(sampleWeight).cast(dtype);
    const column = given.reshape([...given.shape, 1]);
    [, weights] = matchRanks(target, column, false);
  }
  if (labelWeights === null || labelWeights === undefined) return weights;
  const own = tensor([...labelWeights], [1, labelWeights.length], dtype);
  return weights === undefined ? own : weights.mul(own);
}

/** Predictions that are not among the k largest of their sample become very negative. */
function keepLargest(prediction: Tensor, k: number): Tensor {
  const [, indices] = ops.topK(prediction, k);
  const classes = prediction.shape.at(-1)!;
  const kept = ops.sum(ops.oneHot(indices, classes), { axis: -2 }).cast(prediction.dtype);
  return prediction.mul(kept).add(ops.subtract(1, kept).mul(LOWEST_THRESHOLD));
}

function onlyClass(x: Tensor, classId: number): Tensor {
  const start = x.shape.map((_, axis) => (axis === x.rank - 1 ? classId : 0));
  const sizes = x.shape.map((size, axis) => (axis === x.rank - 1 ? 1 : size));
  return x.slice(start, sizes);
}
