/** Initializers that draw from a distribution with given numbers. */
import {
  ArgumentError,
  type DType,
  floatx,
  type HostKey,
  hostKey,
  hostNormal,
  type HostTensor,
  hostTruncatedNormal,
  hostUniform,
  makeDefaultSeed,
} from '@addax/core';
import { Initializer } from './initializer.ts';

/** Options of every random initializer. */
export interface SeedOptions {
  /** Whole number; the same one gives the same values. Chosen by default. */
  readonly seed?: number | null | undefined;
}

/** What random initializers share: a seed that gives the same values at each draw. */
export abstract class RandomInitializer extends Initializer {
  /** The seed given; null if it was chosen. */
  readonly seed: number | null;
  readonly #seed: number;

  constructor(options: SeedOptions) {
    super();
    this.seed = options.seed ?? null;
    if (this.seed !== null && !Number.isSafeInteger(this.seed)) {
      throw new ArgumentError(`seed must be a whole number, got ${String(this.seed)}`);
    }
    this.#seed = this.seed ?? makeDefaultSeed();
  }

  /** Where its draws begin. */
  protected get key(): HostKey {
    return hostKey(this.#seed);
  }
}

/** Options of {@link RandomNormal} and {@link TruncatedNormal}. */
export interface RandomNormalOptions extends SeedOptions {
  /** Default 0. */
  readonly mean?: number | undefined;
  /** Standard deviation. Default 0.05. */
  readonly stddev?: number | undefined;
}

/** Normal distribution. */
export class RandomNormal extends RandomInitializer {
  static override readonly className: string = 'RandomNormal';
  readonly mean: number;
  readonly stddev: number;

  constructor(options: RandomNormalOptions = {}) {
    super(options);
    this.mean = options.mean ?? 0;
    this.stddev = options.stddev ?? 0.05;
  }

  override draw(shape: readonly number[], dtype: DType = floatx()): HostTensor {
    const { mean, stddev } = this;
    return hostNormal(this.key, shape, { mean, stddev, dtype });
  }

  override getConfig(): object {
    return { mean: this.mean, stddev: this.stddev, seed: this.seed };
  }
}

/** Normal distribution without what is more than two standard deviations off. */
export class TruncatedNormal extends RandomNormal {
  static override readonly className: string = 'TruncatedNormal';

  override draw(shape: readonly number[], dtype: DType = floatx()): HostTensor {
    const { mean, stddev } = this;
    return hostTruncatedNormal(this.key, shape, { mean, stddev, dtype });
  }
}

/** Options of {@link RandomUniform}. */
export interface RandomUniformOptions extends SeedOptions {
  /** Smallest value. Default −0.05. */
  readonly minval?: number | undefined;
  /** Values stay below it. Default 0.05. */
  readonly maxval?: number | undefined;
}

/** Uniform distribution. */
export class RandomUniform extends RandomInitializer {
  static override readonly className: string = 'RandomUniform';
  readonly minval: number;
  readonly maxval: number;

  constructor(options: RandomUniformOptions = {}) {
    super(options);
    this.minval = options.minval ?? -0.05;
    this.maxval = options.maxval ?? 0.05;
  }

  override draw(shape: readonly number[], dtype: DType = floatx()): HostTensor {
    const { minval, maxval } = this;
    return hostUniform(this.key, shape, { minval, maxval, dtype });
  }

  override getConfig(): object {
    return { minval: this.minval, maxval: this.maxval, seed: this.seed };
  }
}
