/** What layers that are random in training share: a rate, a seed and its generator. */
import { ArgumentError, SeedGenerator } from '@addax/core';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of layers that drop a share of something. */
export interface RateOptions extends LayerOptions {
  /** Share that is dropped, from 0 to 1. */
  readonly rate: number;
  /** Seed of the random numbers. Default: a random one. */
  readonly seed?: number | SeedGenerator | null | undefined;
}

/** Base of layers with a rate; at rate 0 they are the identity and have no seed. */
export abstract class RateLayer extends Layer {
  readonly rate: number;
  readonly seed: number | SeedGenerator | undefined;
  readonly seedGenerator: SeedGenerator | undefined;

  constructor(options: RateOptions) {
    const { rate, seed, ...rest } = options;
    super(rest);
    this.rate = rateOf(rate);
    this.seed = seed ?? undefined;
    this.seedGenerator = rate > 0 ? seedGeneratorOf(this.seed) : undefined;
    this.supportsMasking = true;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed ?? null };
  }
}

/** A generator from a seed; generators pass through. */
export function seedGeneratorOf(seed: number | SeedGenerator | undefined): SeedGenerator {
  return seed instanceof SeedGenerator ? seed : new SeedGenerator(seed);
}

/** A share from 0 to 1; an error names the option. */
export function rateOf(rate: number, option: string = 'rate'): number {
  if (typeof rate === 'number' && rate >= 0 && rate <= 1) return rate;
  throw new ArgumentError(`${option} must be a number from 0 to 1, got ${JSON.stringify(rate)}.`);
}
