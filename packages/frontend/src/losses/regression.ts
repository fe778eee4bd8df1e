/** Functions of targets and predictions for regression: one value per sample, over the last axis. */
import { epsilon, type Tensor, toTensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { TensorLike } from './loss.ts';
import { matchRanks } from './reduce.ts';

/** Targets in the dtype of the predictions, both of one rank. */
export function aligned(yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const prediction = toTensor(yPred);
  return matchRanks(toTensor(yTrue).cast(prediction.dtype), prediction);
}

function lastMean(x: Tensor): Tensor {
  return ops.mean(x, { axis: -1 });
}

/** mean((yTrue − yPred)²). */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [target, prediction] = aligned(yTrue, yPred);
  return lastMean(ops.square(target.sub(prediction)));
}

/** mean(|yTrue − yPred|). */
export function meanAbsoluteError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [target, prediction] = aligned(yTrue, yPred);
  return lastMean(ops.abs(target.sub(prediction)));
}

/** 100 · mean(|yTrue − yPred| / |yTrue|). */
export function meanAbsolutePercentageError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [target, prediction] = aligned(yTrue, yPred);
  const size = ops.maximum(ops.abs(target), epsilon());
  return lastMean(ops.abs(target.sub(prediction).div(size))).mul(100);
}

/** mean((log(yTrue + 1) − log(yPred + 1))²). */
export function meanSquaredLogarithmicError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [target, prediction] = aligned(yTrue, yPred);
  const log = (x: Tensor): Tensor => ops.log(ops.maximum(x, epsilon()).add(1));
  return lastMean(ops.square(log(prediction).sub(log(target))));
}

/** −Σ of the product of both, each scaled to norm one along the axis. */
export function cosineSimilarity(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: { readonly axis?: number | undefined } = {},
): Tensor {
  const axis = options.axis ?? -1;
  const [target, prediction] = aligned(yTrue, yPred);
  const product = ops.normalize(target, { axis }).mul(ops.normalize(prediction, { axis }));
  return ops.sum(product, { axis }).neg();
}

/** Squared up to `delta` (default 1), linear beyond. */
export function huber(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: { readonly delta?: number | undefined } = {},
): Tensor {
  const delta = options.delta ?? 1;
  const [target, prediction] = aligned(yTrue, yPred);
  const error = prediction.sub(target);
  const size = ops.abs(error);
  const near = ops.square(error).mul(0.5);
  const far = size.mul(delta).sub(0.5 * delta * delta);
  return lastMean(ops.where(size.lessEqual(delta), near, far));
}

/** mean(log(cosh(yPred − yTrue))). */
export function logCosh(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [target, prediction] = aligned(yTrue, yPred);
  const error = prediction.sub(target);
  return lastMean(error.add(ops.softplus(error.mul(-2))).sub(Math.LN2));
}

/** mean(yPred − yTrue · log(yPred)). */
export function poisson(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const prediction = toTensor(yPred);
  const target = toTensor(yTrue).cast(prediction.dtype);
  return lastMean(prediction.sub(target.mul(ops.log(prediction.add(epsilon())))));
}

/** Σ yTrue · log(yTrue / yPred). */
export function klDivergence(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const given = toTensor(yPred);
  const target = ops.clip(toTensor(yTrue).cast(given.dtype), epsilon(), 1);
  const prediction = ops.clip(given, epsilon(), 1);
  return ops.sum(target.mul(ops.log(target.div(prediction))), { axis: -1 });
}

/** Labels 0 and 1 as −1 and 1; other labels stay. */
function signedLabels(target: Tensor): Tensor {
  const binary = ops.all(ops.logicalOr(target.equal(0), target.equal(1)));
  return ops.where(binary, target.mul(2).sub(1), target);
}

function margins(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const prediction = toTensor(yPred);
  const target = signedLabels(toTensor(yTrue).cast(prediction.dtype));
  return ops.maximum(ops.subtract(1, target.mul(prediction)), 0);
}

/** mean(max(1 − yTrue · yPred, 0)); labels are −1 and 1, or 0 and 1. */
export function hinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return lastMean(margins(yTrue, yPred));
}

/** mean(max(1 − yTrue · yPred, 0)²). */
export function squaredHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return lastMean(ops.square(margins(yTrue, yPred)));
}

/** max(largest wrong score − right score + 1, 0), for one-hot targets. */
export function categoricalHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const prediction = toTensor(yPred);
  const target = toTensor(yTrue).cast(prediction.dtype);
  const right = ops.sum(target.mul(prediction), { axis: -1 });
  const wrong = ops.max(ops.subtract(1, target).mul(prediction), { axis: -1 });
  return ops.maximum(wrong.sub(right).add(1), 0);
}
