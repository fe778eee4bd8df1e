/** dropout: zeroes elements at random and scales the others, so that the mean stays. */
import { Tensor } from '../../tensor/tensor.ts';
import type { PrimitiveFunctions } from '../primitives/primitive.ts';
import { composite } from './composite.ts';

/** Uniform on [0, 1) from the upper 24 bits: exact in float32, so equal on every backend. */
function uniform(ops: PrimitiveFunctions, key: Tensor, shape: readonly number[]): Tensor {
  const bits = ops.randomBits(key, shape);
  const upper = ops.binary('shr', bits, ops.fullLike(bits, 8));
  const whole = ops.cast(upper, 'float32');
  return ops.mul(whole, ops.fullLike(whole, 2 ** -24));
}

/**
 * Dropout (Srivastava et al., 2014).
 *
 * @param key uint32[2].
 * @param rate The share that is dropped: a number, or a float scalar that may change from step to
 *   step.
 * @param noiseShape Shape of the mask, where axes of size 1 share it; default: that of x.
 */
export function dropout(
  x: Tensor,
  key: Tensor,
  rate: number | Tensor,
  noiseShape: readonly number[] = x.shape,
): Tensor {
  const traced = rate instanceof Tensor;
  const inputs = traced ? [x, key, rate] : [x, key];
  const options = { rate: traced ? null : rate, noiseShape };
  const [y] = composite('dropout', inputs, options, (ops, [input, seed, given], fixed) => {
    const share =
      given === undefined ? ops.full([], fixed.rate ?? 0, 'float32') : ops.cast(given, 'float32');
    const noise = uniform(ops, seed!, fixed.noiseShape);
    const keep = ops.compare('ge', noise, ops.broadcast(share, noise.shape, []));
    const one = ops.fullLike(share, 1);
    // Nothing is kept at rate 1; dividing by 1 there keeps the gradient finite.
    const kept = ops.select(ops.compare('lt', share, one), ops.sub(one, share), one);
    const divisor = ops.broadcast(ops.cast(kept, input!.dtype), input!.shape, []);
    const scaledInput = ops.div(input!, divisor);
    const mask = ops.broadcastTo(keep, input!.shape);
    return [ops.select(mask, scaledInput, ops.fullLike(input!, 0))];
  });
  return y!;
}
