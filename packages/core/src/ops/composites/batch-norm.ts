/** The part of batch normalisation that training and inference share. */
import type { Tensor } from '../../tensor/tensor.ts';
import type { PrimitiveFunctions } from '../primitives/primitive.ts';

/** What scales and shifts the normalised values; both are per channel. */
export interface Affine {
  readonly scale: Tensor | undefined;
  readonly offset: Tensor | undefined;
}

/** (x − mean) · rsqrt(variance + epsilon) · scale + offset, all but x per channel. */
export function normalized(
  ops: PrimitiveFunctions,
  x: Tensor,
  axis: number,
  mean: Tensor,
  variance: Tensor,
  epsilon: number,
  { scale, offset }: Affine,
): Tensor {
  const { shape, dtype } = x;
  const spread = (value: Tensor): Tensor => ops.broadcast(value, shape, [axis]);
  const safe = ops.add(variance, ops.fullLike(variance, epsilon));
  let factor = ops.unary('rsqrt', safe);
  if (scale !== undefined) factor = ops.mul(factor, ops.cast(scale, dtype));
  const result = ops.mul(ops.sub(x, spread(mean)), spread(factor));
  return offset === undefined ? result : ops.add(result, spread(ops.cast(offset, dtype)));
}
