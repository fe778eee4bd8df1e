/** Crossentropies: between probabilities (or logits) and classes. */
import { ArgumentError, epsilon, type Tensor, toTensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { setMask } from '../layers/masking.ts';
import type { TensorLike } from './loss.ts';

/** Options that crossentropies share. */
export interface CrossentropyOptions {
  /** Whether predictions are logits rather than probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
  /** How far targets are moved towards the uniform distribution. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** Axis of the classes. Default −1. */
  readonly axis?: number | undefined;
}

function pair(yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const prediction = toTensor(yPred);
  return [toTensor(yTrue).cast(prediction.dtype), prediction];
}

/** −mean(yTrue · log(yPred) + (1 − yTrue) · log(1 − yPred)). */
export function binaryCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CrossentropyOptions = {},
): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
  const [target, prediction] = pair(yTrue, yPred);
  const smooth = smoothBinary(target, labelSmoothing);
  return ops.mean(ops.binaryCrossentropy(smooth, prediction, { fromLogits }), { axis });
}

function smoothBinary(target: Tensor, smoothing: number): Tensor {
  return smoothing === 0 ? target : target.mul(1 - smoothing).add(0.5 * smoothing);
}

function smoothCategorical(target: Tensor, smoothing: number): Tensor {
  if (smoothing === 0) return target;
  return target.mul(1 - smoothing).add(smoothing / target.shape.at(-1)!);
}

/** Options of the binary focal loss. */
export interface BinaryFocalOptions extends CrossentropyOptions {
  /** Whether class 1 weighs alpha and class 0 the rest. Default false. */
  readonly applyClassBalancing?: boolean | undefined;
  /** Weight of class 1. Default 0.25. */
  readonly alpha?: number | undefined;
  /** How much easy samples are damped. Default 2. */
  readonly gamma?: number | undefined;
}

/** Binary crossentropy that damps what is right already (Lin et al., arXiv 1708.02002). */
export function binaryFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: BinaryFocalOptions = {},
): Tensor {
  const { applyClassBalancing = false, alpha = 0.25, gamma = 2, axis = -1 } = options;
  const [given, raw] = pair(yTrue, yPred);
  const target = smoothBinary(given, options.labelSmoothing ?? 0);
  const prediction = options.fromLogits === true ? ops.sigmoid(raw) : raw;
  const other = ops.subtract(1, target);
  const right = target.mul(prediction).add(other.mul(ops.subtract(1, prediction)));
  const entropy = ops.binaryCrossentropy(target, prediction, { fromLogits: false });
  let focal = ops.power(ops.subtract(1, right), gamma).mul(entropy);
  if (applyClassBalancing)
    focal = target
      .mul(alpha)
      .add(other.mul(1 - alpha))
      .mul(focal);
  return ops.mean(focal, { axis });
}

/** −Σ yTrue · log(yPred), for one-hot or soft targets. */
export function categoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CrossentropyOptions = {},
): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
  const [target, prediction] = pair(yTrue, yPred);
  const smooth = smoothCategorical(target, labelSmoothing);
  return ops.categoricalCrossentropy(smooth, prediction, { fromLogits, axis });
}

/** Options of the categorical focal loss. */
export interface CategoricalFocalOptions extends CrossentropyOptions {
  /** Weight, one for all classes or one each. Default 0.25. */
  readonly alpha?: number | readonly number[] | undefined;
  /** How much easy samples are damped. Default 2. */
  readonly gamma?: number | undefined;
}

/** Categorical crossentropy that damps what is right already. */
export function categoricalFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CategoricalFocalOptions = {},
): Tensor {
  const { alpha = 0.25, gamma = 2, axis = -1 } = options;
  const [given, raw] = pair(yTrue, yPred);
  const target = smoothCategorical(given, options.labelSmoothing ?? 0);
  const scores = options.fromLogits === true ? ops.softmax(raw, { axis }) : raw;
  const share = scores.div(ops.sum(scores, { axis, keepdims: true }));
  const output = ops.clip(share, epsilon(), 1 - epsilon());
  const entropy = target.mul(ops.log(output)).neg();
  const weights = typeof alpha === 'number' ? alpha : ops.cast([...alpha], output.dtype);
  const factor = ops.power(ops.subtract(1, output), gamma).mul(weights);
  return ops.sum(factor.mul(entropy), { axis });
}

/** Options of the sparse categorical crossentropy. */
export interface SparseCrossentropyOptions {
  /** Whether predictions are logits rather than probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
  /** Samples of this class do not count. Default: none. */
  readonly ignoreClass?: number | null | undefined;
  /** Axis of the classes. Default −1. */
  readonly axis?: number | undefined;
}

/** −log(yPred[class]), for integer targets. */
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: SparseCrossentropyOptions = {},
): Tensor {
  const { fromLogits = false, axis = -1, ignoreClass } = options;
  const prediction = toTensor(yPred);
  let target = toTensor(yTrue);
  if (target.rank === prediction.rank && target.shape.at(axis) === 1) {
    target = ops.squeeze(target, { axis });
  }
  if (ignoreClass === null || ignoreClass === undefined) {
    return ops.sparseCategoricalCrossentropy(target, prediction, { fromLogits, axis });
  }
  const valid = target.notEqual(ignoreClass);
  const kept = ops.where(valid, target, 0);
  const scores = ops.where(ops.expandDims(valid, axis), prediction, 0);
  const entropy = ops.sparseCategoricalCrossentropy(kept, scores, { fromLogits, axis });
  const result = ops.where(valid, entropy, 0);
  setMask(result, valid);
  return result;
}

/** (1 − p^q) / q with p the probability of the class: robust to wrong labels (arXiv 1805.07836). */
export function categoricalGeneralizedCrossEntropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: { readonly q?: number | undefined } = {},
): Tensor {
  const q = options.q ?? 0.5;
  if (!(q > 0 && q < 1)) throw new ArgumentError(`q must be between 0 and 1, got ${q}`);
  const prediction = toTensor(yPred);
  const classes = ops.oneHot(toTensor(yTrue).cast('int32'), prediction.shape.at(-1)!);
  const right = ops.sum(prediction.mul(classes.cast(prediction.dtype)), { axis: -1 });
  return ops.subtract(1, ops.power(right, q)).div(q);
}
