/** Initializers: classes, factories and `initializers.get`. */
import { learn } from '../identifiers.ts';
import { Constant, type ConstantOptions, type GainOptions, Identity, Ones } from './constant.ts';
import { Zeros } from './constant.ts';
import { get as getKnown, type InitializerLike, KNOWN } from './get.ts';
import type { Initializer } from './initializer.ts';
import { INITIALIZERS } from './names.ts';
import { Orthogonal } from './orthogonal.ts';
import {
  RandomNormal,
  type RandomNormalOptions,
  RandomUniform,
  type RandomUniformOptions,
  type SeedOptions,
  TruncatedNormal,
} from './random.ts';
import { STFT, type STFTOptions } from './stft.ts';
import {
  type FanOptions,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
  type VarianceScalingOptions,
} from './variance-scaling.ts';

export type { InitializerLike, InitializerName } from './get.ts';
export { Initializer } from './initializer.ts';
export * from './constant.ts';
export { Orthogonal } from './orthogonal.ts';
export * from './random.ts';
export * from './stft.ts';
export * from './variance-scaling.ts';

/** {@link Constant}. */
export function constant(options: ConstantOptions = {}): Constant {
  return new Constant(options);
}

/** {@link Zeros}. */
export function zeros(): Zeros {
  return new Zeros();
}

/** {@link Ones}. */
export function ones(): Ones {
  return new Ones();
}

/** {@link Identity}. */
export function identity(options: GainOptions = {}): Identity {
  return new Identity(options);
}

/** {@link RandomNormal}. */
export function randomNormal(options: RandomNormalOptions = {}): RandomNormal {
  return new RandomNormal(options);
}

/** {@link TruncatedNormal}. */
export function truncatedNormal(options: RandomNormalOptions = {}): TruncatedNormal {
  return new TruncatedNormal(options);
}

/** {@link RandomUniform}. */
export function randomUniform(options: RandomUniformOptions = {}): RandomUniform {
  return new RandomUniform(options);
}

/** {@link VarianceScaling}. */
export function varianceScaling(options: VarianceScalingOptions = {}): VarianceScaling {
  return new VarianceScaling(options);
}

/** {@link GlorotUniform}. */
export function glorotUniform(options: FanOptions = {}): GlorotUniform {
  return new GlorotUniform(options);
}

/** {@link GlorotNormal}. */
export function glorotNormal(options: FanOptions = {}): GlorotNormal {
  return new GlorotNormal(options);
}

/** {@link HeUniform}. */
export function heUniform(options: FanOptions = {}): HeUniform {
  return new HeUniform(options);
}

/** {@link HeNormal}. */
export function heNormal(options: FanOptions = {}): HeNormal {
  return new HeNormal(options);
}

/** {@link LecunUniform}. */
export function lecunUniform(options: FanOptions = {}): LecunUniform {
  return new LecunUniform(options);
}

/** {@link LecunNormal}. */
export function lecunNormal(options: FanOptions = {}): LecunNormal {
  return new LecunNormal(options);
}

/** {@link Orthogonal}. */
export function orthogonal(options: SeedOptions & GainOptions = {}): Orthogonal {
  return new Orthogonal(options);
}

/** {@link STFT}. */
export function stft(options: STFTOptions = {}): STFT {
  return new STFT(options);
}

/**
 * An initializer from its name, its configuration or itself.
 *
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: InitializerLike | string | null | undefined): Initializer {
  learn(KNOWN, INITIALIZERS);
  return getKnown(identifier);
}
