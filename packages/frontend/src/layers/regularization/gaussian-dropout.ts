/** Dropout as noise: inputs are multiplied by normal numbers around 1. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as random from '@addax/core/random';
import type { ResolvedCallOptions } from '../types.ts';
import { RateLayer, type RateOptions } from './random-layer.ts';

/** Multiplies by normal noise of mean 1 and deviation `√(rate / (1 − rate))`, in training only. */
export class GaussianDropout extends RateLayer {
  static override readonly className: string = 'GaussianDropout';

  override call(inputs: Tensor, { training }: ResolvedCallOptions): Tensor {
    const { rate, seedGenerator: seed } = this;
    if (!training || seed === undefined) return inputs;
    const stddev = Math.sqrt(rate / (1 - rate));
    const noise = random.normal(inputs.shape, { mean: 1, stddev, dtype: inputs.dtype, seed });
    return ops.multiply(inputs, noise);
  }
}

/** {@link GaussianDropout}: multiplicative noise in training. */
export function gaussianDropout(options: RateOptions): GaussianDropout {
  return new GaussianDropout(options);
}
