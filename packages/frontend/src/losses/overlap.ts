/** Losses on regions and embeddings: Dice, Tversky, circle. */
import { epsilon, type Tensor, toTensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { setMask } from '../layers/masking.ts';
import type { TensorLike } from './loss.ts';

/** Axes to sum over; all of them by default. */
export interface OverlapOptions {
  readonly axis?: number | readonly number[] | null | undefined;
}

/** 1 − 2 · |A ∩ B| / (|A| + |B|). */
export function dice(yTrue: TensorLike, yPred: TensorLike, options: OverlapOptions = {}): Tensor {
  const axis = options.axis ?? null;
  const prediction = toTensor(yPred);
  const target = toTensor(yTrue).cast(prediction.dtype);
  const common = ops.sum(target.mul(prediction), { axis }).mul(2);
  const sizes = ops.sum(target, { axis }).add(ops.sum(prediction, { axis }));
  return ops.subtract(1, common.div(sizes.add(epsilon())));
}

/** Options of {@link tversky}. */
export interface TverskyOptions extends OverlapOptions {
  /** Weight of what the prediction misses. Default 0.5. */
  readonly alpha?: number | undefined;
  /** Weight of what the prediction adds. Default 0.5. */
  readonly beta?: number | undefined;
}

/** Dice with weights for the two kinds of error (Salehi et al., arXiv 1706.05721). */
export function tversky(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: TverskyOptions = {},
): Tensor {
  const { alpha = 0.5, beta = 0.5 } = options;
  const axis = options.axis ?? null;
  const prediction = toTensor(yPred);
  const target = toTensor(yTrue).cast(prediction.dtype);
  const common = ops.sum(target.mul(prediction), { axis });
  const missed = ops.sum(ops.subtract(1, prediction).mul(target), { axis });
  const added = ops.sum(ops.subtract(1, target).mul(prediction), { axis });
  const whole = common.add(missed.mul(alpha)).add(added.mul(beta)).add(epsilon());
  return ops.subtract(1, common.div(whole));
}

/** Options of {@link circle}. */
export interface CircleOptions {
  /** Labels of the reference embeddings; the targets by default. */
  readonly refLabels?: TensorLike | undefined;
  /** Embeddings to compare with; the predictions by default. */
  readonly refEmbeddings?: TensorLike | undefined;
  /** Whether an embedding is not compared with itself. Default true. */
  readonly removeDiagonal?: boolean | undefined;
  /** Scale. Default 80. */
  readonly gamma?: number | undefined;
  /** How far apart classes should be. Default 0.4. */
  readonly margin?: number | undefined;
}

/** Circle loss of unit embeddings with integer labels (Sun et al., arXiv 2002.10857). */
export function circle(yTrue: TensorLike, yPred: TensorLike, options: CircleOptions = {}): Tensor {
  const { removeDiagonal = true, gamma = 80, margin = 0.4 } = options;
  const embeddings = toTensor(yPred);
  const labels = toTensor(yTrue).cast('int32').reshape([-1, 1]);
  const { refEmbeddings, refLabels } = options;
  const references = refEmbeddings === undefined ? embeddings : toTensor(refEmbeddings);
  const others = (refLabels === undefined ? labels : toTensor(refLabels).cast('int32')).reshape([
    1, -1,
  ]);
  const similarity = ops.matmul(embeddings, ops.transpose(references));
  const distances = ops.maximum(ops.subtract(1, similarity), 0);
  const same = labels.equal(others);
  const different = ops.logicalNot(same);
  const positive = removeDiagonal ? ops.logicalAnd(same, offDiagonal(same.shape)) : same;

  const positiveWeights = ops.maximum(distances.add(margin).mul(positive.cast(distances.dtype)), 0);
  const negativeWeights = ops.maximum(
    ops.subtract(1 + margin, distances).mul(different.cast(distances.dtype)),
    0,
  );
  const near = positiveWeights.mul(ops.subtract(margin, distances)).mul(-gamma);
  const far = negativeWeights.mul(ops.subtract(1 - margin, distances)).mul(gamma);
  const among = (mask: Tensor, x: Tensor): Tensor =>
    ops.logsumexp(ops.where(mask, x, -Infinity), { axis: 1 });
  const result = ops.softplus(among(positive, near).add(among(different, far)));
  setMask(result, result.greater(0));
  return result;
}

function offDiagonal(shape: readonly number[]): Tensor {
  return ops.logicalNot(ops.eye(shape[0]!, { M: shape[1]!, dtype: 'bool' }));
}
