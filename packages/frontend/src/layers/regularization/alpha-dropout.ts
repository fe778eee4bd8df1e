/** Dropout that keeps mean and variance of self-normalising networks. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as random from '@addax/core/random';
import type { ResolvedCallOptions } from '../types.ts';
import { Dropout, type DropoutOptions } from './dropout.ts';

/** What selu gives for very negative inputs: −alpha · scale. */
const SATURATION = -1.6732632423543772 * 1.0507009873554805;

/** Sets a share of the inputs to what `selu` saturates at (Klambauer et al., arXiv 1706.02515). */
export class AlphaDropout extends Dropout {
  static override readonly className: string = 'AlphaDropout';

  override call(inputs: Tensor, { training }: ResolvedCallOptions): Tensor {
    const { rate, seedGenerator: seed } = this;
    if (!training || seed === undefined) return inputs;
    const noise = random.uniform(this.noiseShapeOf(inputs) ?? inputs.shape, { seed });
    const dropped = ops.where(ops.greaterEqual(noise, rate), inputs, SATURATION);
    const factor = ((1 - rate) * (1 + rate * SATURATION ** 2)) ** -0.5;
    return ops.add(ops.multiply(dropped, factor), -factor * SATURATION * rate);
  }
}

/** {@link AlphaDropout}: dropout for self-normalising networks. */
export function alphaDropout(options: DropoutOptions): AlphaDropout {
  return new AlphaDropout(options);
}
