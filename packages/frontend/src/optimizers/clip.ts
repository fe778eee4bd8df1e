/** Clipping of gradients. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';

/** A gradient whose norm is at most `limit`. */
export function clipByNorm(gradient: Tensor, limit: number): Tensor {
  const squares = ops.sum(ops.square(gradient));
  const positive = squares.greater(0);
  const norm = ops.where(positive, ops.sqrt(ops.where(positive, squares, 1)), squares);
  return gradient.mul(limit).div(ops.maximum(norm, limit));
}

/** Gradients whose common norm is at most `limit`; a norm that is not finite makes them NaN. */
export function clipByGlobalNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const squares = gradients.map((gradient) => ops.sum(ops.square(gradient)));
  const norm = ops.sqrt(squares.reduce((sum, square) => sum.add(square)));
  const factor = ops.minimum(ops.divide(1, norm), 1 / limit).mul(limit);
  const checked = factor.add(norm.sub(norm));
  return gradients.map((gradient) => gradient.mul(checked));
}

/** A gradient whose elements are within ±limit. */
export function clipByValue(gradient: Tensor, limit: number): Tensor {
  return ops.clip(gradient, -limit, limit);
}
