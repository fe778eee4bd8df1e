/** Weighting and reducing values per sample: what all losses do with sample weights and masks. */
import { type DType, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';

/** How a loss becomes one number. `mean` is another name for `sumOverBatchSize`. */
export type Reduction = 'sumOverBatchSize' | 'sum' | 'mean' | 'meanWithSampleWeight' | 'none';

/** All reductions. */
export const REDUCTIONS: readonly Reduction[] = [
  'sumOverBatchSize',
  'sum',
  'mean',
  'meanWithSampleWeight',
  'none',
];

/**
 * Two tensors whose ranks differ by a trailing 1, made equal: it is dropped, or given to the other
 * one if that has rank 1.
 */
export function matchRanks(a: Tensor, b: Tensor, expandRank1 = true): [Tensor, Tensor] {
  if (a.rank === b.rank + 1 && a.shape.at(-1) === 1) {
    return b.rank === 1 && expandRank1
      ? [a, b.reshape([...b.shape, 1])]
      : [a.reshape(a.shape.slice(0, -1)), b];
  }
  if (b.rank === a.rank + 1 && b.shape.at(-1) === 1) {
    return a.rank === 1 && expandRank1
      ? [a.reshape([...a.shape, 1]), b]
      : [a, b.reshape(b.shape.slice(0, -1))];
  }
  return [a, b];
}

/**
 * Sample weights with a mask worked in. For means the valid entries weigh total / valid, so that the
 * mean is over them alone.
 */
export function applyMask(
  sampleWeight: Tensor | undefined,
  mask: Tensor | undefined,
  dtype: DType,
  reduction: Reduction,
): Tensor | undefined {
  if (mask === undefined) return sampleWeight;
  let weight = mask.cast(dtype);
  if (reduction === 'mean' || reduction === 'sumOverBatchSize') {
    const valid = ops.sum(weight);
    const share = ops.where(valid.equal(0), 0, ops.divide(mask.size, ops.maximum(valid, 1)));
    weight = weight.mul(share);
  }
  if (sampleWeight === undefined) return weight;
  const [masked, given] = matchRanks(weight, sampleWeight.cast(dtype));
  return given.mul(masked);
}

/** Values times weights, reduced. */
export function reduceWeighted(
  values: Tensor,
  sampleWeight: Tensor | undefined,
  mask: Tensor | undefined,
  reduction: Reduction,
): Tensor {
  const weight = applyMask(sampleWeight, mask, values.dtype, reduction)?.cast(values.dtype);
  if (weight === undefined) return reduceValues(values, undefined, reduction);
  const [matched, weights] = matchRanks(values, weight);
  return reduceValues(matched.mul(weights), weights, reduction);
}

function reduceValues(values: Tensor, weights: Tensor | undefined, reduction: Reduction): Tensor {
  if (reduction === 'none' || values.rank === 0 || (values.rank === 1 && values.size === 0)) {
    return values;
  }
  const total = ops.sum(values);
  if (reduction === 'sum') return total;
  if (reduction === 'meanWithSampleWeight' && weights !== undefined) {
    return divideOrZero(total, ops.sum(weights));
  }
  return values.size === 0 ? total : total.div(values.size);
}

/** a / b, zero where b is zero. */
export function divideOrZero(a: Tensor, b: Tensor): Tensor {
  const zero = b.equal(0);
  return ops.where(zero, 0, a.div(ops.where(zero, 1, b)));
}
