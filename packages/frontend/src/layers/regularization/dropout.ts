/** Dropout: part of the inputs is set to 0 in training, the rest is scaled up. */
import { ArgumentError, type Tensor } from '@addax/core';
import * as random from '@addax/core/random';
import type { ResolvedCallOptions } from '../types.ts';
import { RateLayer, type RateOptions } from './random-layer.ts';

/** Options of {@link Dropout}. */
export interface DropoutOptions extends RateOptions {
  /** Shape of the mask: axes of size 1 share it, null is the size of the input. Default: all null. */
  readonly noiseShape?: readonly (number | null)[] | null | undefined;
}

/**
 * Sets a share `rate` of the inputs to 0 and divides the others by `1 − rate`, in training only
 * (Srivastava et al., 2014).
 *
 * @example
 * const y = layers.dropout({ rate: 0.5 })(x);
 */
export class Dropout extends RateLayer {
  static override readonly className: string = 'Dropout';
  readonly noiseShape: readonly (number | null)[] | undefined;

  constructor(options: DropoutOptions) {
    const { noiseShape, ...rest } = options;
    super(rest);
    this.noiseShape = noiseShape ?? undefined;
  }

  override call(inputs: Tensor, { training }: ResolvedCallOptions): Tensor {
    const { seedGenerator, rate } = this;
    if (!training || seedGenerator === undefined) return inputs;
    const noiseShape = this.noiseShapeOf(inputs);
    return random.dropout(inputs, rate, { noiseShape, seed: seedGenerator });
  }

  /** The shape of the mask for inputs of this shape. */
  protected noiseShapeOf(inputs: Tensor): readonly number[] | undefined {
    const { noiseShape } = this;
    if (noiseShape === undefined) return undefined;
    if (noiseShape.length !== inputs.rank) {
      throw new ArgumentError(
        `noiseShape must have ${inputs.rank} axes, as the inputs do; it has ${noiseShape.length}.`,
      );
    }
    return noiseShape.map((size, axis) => size ?? inputs.shape[axis]!);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), noiseShape: this.noiseShape ?? null };
  }
}

/** {@link Dropout}: part of the inputs is set to 0 in training. */
export function dropout(options: DropoutOptions): Dropout {
  return new Dropout(options);
}
