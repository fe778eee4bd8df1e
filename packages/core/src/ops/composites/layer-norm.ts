/** layerNorm: mean 0 and variance 1 over some axes of each sample, then scale and offset. */
import type { Tensor } from '../../tensor/tensor.ts';
import { axisList, composite, mean, stretch, widen } from './composite.ts';

/** Arguments of {@link layerNorm}. */
export interface LayerNormOptions {
  /** Axes to normalise over. */
  readonly axis: number | readonly number[];
  /** Added to the variance. */
  readonly epsilon: number;
  /** Multiplies the result; shaped like the axes. */
  readonly scale?: Tensor | undefined;
  /** Added to the result; shaped like the axes. */
  readonly offset?: Tensor | undefined;
}

/** Layer normalisation (Ba et al., arXiv 1607.06450); statistics in at least float32. */
export function layerNorm(x: Tensor, { axis, epsilon, scale, offset }: LayerNormOptions): Tensor {
  const inputs = [x, scale, offset].filter((input) => input !== undefined);
  const options = {
    axes: axisList(axis, x.rank),
    epsilon,
    scale: scale !== undefined,
    offset: offset !== undefined,
  };
  const [y] = composite('layerNorm', inputs, options, (ops, [input, ...rest], given) => {
    const wide = widen(ops, input!);
    const { shape } = wide;
    const spread = (value: Tensor): Tensor => stretch(ops, value, shape, given.axes);
    const affine = (value: Tensor): Tensor =>
      ops.broadcast(ops.cast(value, wide.dtype), shape, given.axes);
    const centered = ops.sub(wide, spread(mean(ops, wide, given.axes)));
    const variance = mean(ops, ops.mul(centered, centered), given.axes);
    const safe = ops.add(variance, ops.fullLike(variance, given.epsilon));
    let result = ops.mul(centered, spread(ops.unary('rsqrt', safe)));
    if (given.scale) result = ops.mul(result, affine(rest.shift()!));
    if (given.offset) result = ops.add(result, affine(rest.shift()!));
    return [ops.cast(result, input!.dtype)];
  });
  return y!;
}
