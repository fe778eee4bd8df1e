/**
 * Initializers by name. Here are the common ones; `names.ts` has all, which programs that must be small
 * leave out.
 */
import { ArgumentError } from '@addax/core';
import { commonNames, type Constructor, type ObjectConfig, resolve } from '../identifiers.ts';
import { Constant, Ones, Zeros } from './constant.ts';
import { Initializer } from './initializer.ts';
import { RandomNormal, RandomUniform, TruncatedNormal } from './random.ts';
import {
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
} from './variance-scaling.ts';

/** Names of the built-in initializers. */
export type InitializerName =
  | 'constant'
  | 'glorotNormal'
  | 'glorotUniform'
  | 'heNormal'
  | 'heUniform'
  | 'identity'
  | 'lecunNormal'
  | 'lecunUniform'
  | 'normal'
  | 'ones'
  | 'orthogonal'
  | 'randomNormal'
  | 'randomUniform'
  | 'stft'
  | 'truncatedNormal'
  | 'uniform'
  | 'varianceScaling'
  | 'zeros';

/** What options called `…Initializer` take. */
export type InitializerLike = InitializerName | Initializer | ObjectConfig;

/** Initializers that are known by name. */
export const KNOWN: Readonly<Record<string, Constructor<Initializer>>> = commonNames({
  constant: Constant,
  glorotNormal: GlorotNormal,
  glorotUniform: GlorotUniform,
  heNormal: HeNormal,
  heUniform: HeUniform,
  lecunNormal: LecunNormal,
  lecunUniform: LecunUniform,
  normal: RandomNormal,
  ones: Ones,
  randomNormal: RandomNormal,
  randomUniform: RandomUniform,
  truncatedNormal: TruncatedNormal,
  uniform: RandomUniform,
  varianceScaling: VarianceScaling,
  zeros: Zeros,
});

/**
 * An initializer from its name, its configuration or itself.
 *
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: InitializerLike | string | null | undefined): Initializer {
  if (identifier === null || identifier === undefined) {
    throw new ArgumentError("an initializer is missing: give one, or its name such as 'zeros'.");
  }
  return resolve('initializer', KNOWN, identifier, (value) => value instanceof Initializer);
}
