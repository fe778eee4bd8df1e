/** batchNormTrain: normalises with the statistics of the batch, and gives them. */
import type { Tensor } from '../../tensor/tensor.ts';
import { range } from '../primitives/check.ts';
import type { PrimitiveFunctions } from '../primitives/primitive.ts';
import { normalized } from './batch-norm.ts';
import { axisList, composite, mean, stretch, widen } from './composite.ts';

/** Arguments of {@link batchNormTrain}. */
export interface BatchNormTrainOptions {
  /** The channel axis. */
  readonly axis: number;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Per channel. */
  readonly scale?: Tensor | undefined;
  /** Per channel. */
  readonly offset?: Tensor | undefined;
  /** bool, shaped like the leading axes of x: which positions count. */
  readonly mask?: Tensor | undefined;
}

/** Results of {@link batchNormTrain}; the statistics are at least float32. */
export interface BatchNormTrainResult {
  readonly y: Tensor;
  readonly mean: Tensor;
  /** Biased: divided by the count. */
  readonly variance: Tensor;
}

/** Keeps the masked statistics of an empty batch finite, as Keras does. */
const MASK_EPSILON = 1e-7;

/** Mean and variance where the mask holds. */
function maskedMoments(
  ops: PrimitiveFunctions,
  x: Tensor,
  axis: number,
  mask: Tensor,
): [Tensor, Tensor] {
  const others = range(x.rank).filter((other) => other !== axis);
  const weights = ops.broadcast(ops.cast(mask, x.dtype), x.shape, range(mask.rank));
  const count = ops.sum(weights, others);
  const divisor = ops.add(count, ops.fullLike(count, MASK_EPSILON));
  const center = ops.div(ops.sum(ops.mul(weights, x), others), divisor);
  const difference = ops.sub(x, stretch(ops, center, x.shape, others));
  const squares = ops.mul(weights, ops.mul(difference, difference));
  return [center, ops.div(ops.sum(squares, others), divisor)];
}

function moments(ops: PrimitiveFunctions, x: Tensor, axis: number): [Tensor, Tensor] {
  const others = range(x.rank).filter((other) => other !== axis);
  const center = mean(ops, x, others);
  const difference = ops.sub(x, stretch(ops, center, x.shape, others));
  return [center, mean(ops, ops.mul(difference, difference), others)];
}

/** Batch normalisation in training (Ioffe and Szegedy, arXiv 1502.03167). */
export function batchNormTrain(x: Tensor, given: BatchNormTrainOptions): BatchNormTrainResult {
  const { scale, offset, mask, epsilon } = given;
  const inputs = [x, scale, offset, mask].filter((input) => input !== undefined);
  const options = {
    axis: axisList(given.axis, x.rank)[0]!,
    epsilon,
    scale: scale !== undefined,
    offset: offset !== undefined,
    mask: mask !== undefined,
  };
  const [y, center, variance] = composite(
    'batchNormTrain',
    inputs,
    options,
    (ops, [input, ...rest], { axis, ...has }) => {
      const wide = widen(ops, input!);
      const affine = {
        scale: has.scale ? rest.shift() : undefined,
        offset: has.offset ? rest.shift() : undefined,
      };
      const [batchMean, batchVariance] = has.mask
        ? maskedMoments(ops, wide, axis, rest.shift()!)
        : moments(ops, wide, axis);
      const result = normalized(ops, wide, axis, batchMean, batchVariance, has.epsilon, affine);
      return [ops.cast(result, input!.dtype), batchMean, batchVariance];
    },
  );
  return { y: y!, mean: center!, variance: variance! };
}
