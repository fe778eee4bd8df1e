/** Noise added in training. */
import { type SeedGenerator, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as random from '@addax/core/random';
import { Layer } from '../layer.ts';
import type { LayerOptions, ResolvedCallOptions } from '../types.ts';
import { rateOf, seedGeneratorOf } from './random-layer.ts';

/** Options of {@link GaussianNoise}. */
export interface GaussianNoiseOptions extends LayerOptions {
  /** Standard deviation of the noise, from 0 to 1. */
  readonly stddev: number;
  /** Seed of the noise. Default: a random one. */
  readonly seed?: number | SeedGenerator | null | undefined;
}

/** Adds normal noise of mean 0, in training only. */
export class GaussianNoise extends Layer {
  static override readonly className: string = 'GaussianNoise';
  readonly stddev: number;
  readonly seed: number | SeedGenerator | undefined;
  readonly seedGenerator: SeedGenerator | undefined;

  constructor({ stddev, seed, ...options }: GaussianNoiseOptions) {
    super(options);
    this.stddev = rateOf(stddev, 'stddev');
    this.seed = seed ?? undefined;
    this.seedGenerator = stddev > 0 ? seedGeneratorOf(this.seed) : undefined;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, { training }: ResolvedCallOptions): Tensor {
    const { stddev, seedGenerator: seed } = this;
    if (!training || seed === undefined) return inputs;
    return ops.add(inputs, random.normal(inputs.shape, { stddev, dtype: inputs.dtype, seed }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), stddev: this.stddev, seed: this.seed ?? null };
  }
}

/** {@link GaussianNoise}: noise added in training. */
export function gaussianNoise(options: GaussianNoiseOptions): GaussianNoise {
  return new GaussianNoise(options);
}
