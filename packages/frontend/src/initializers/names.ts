/** All initializers by name. */
import type { Constructor } from '../identifiers.ts';
import { Constant, Identity, Ones, Zeros } from './constant.ts';
import type { InitializerName } from './get.ts';
import type { Initializer } from './initializer.ts';
import { Orthogonal } from './orthogonal.ts';
import { RandomNormal, RandomUniform, TruncatedNormal } from './random.ts';
import { STFT } from './stft.ts';
import {
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
} from './variance-scaling.ts';

/** Built-in initializers by name. */
export const INITIALIZERS: Readonly<Record<InitializerName, Constructor<Initializer>>> = {
  constant: Constant,
  glorotNormal: GlorotNormal,
  glorotUniform: GlorotUniform,
  heNormal: HeNormal,
  heUniform: HeUniform,
  identity: Identity,
  lecunNormal: LecunNormal,
  lecunUniform: LecunUniform,
  normal: RandomNormal,
  ones: Ones,
  orthogonal: Orthogonal,
  randomNormal: RandomNormal,
  randomUniform: RandomUniform,
  stft: STFT,
  truncatedNormal: TruncatedNormal,
  uniform: RandomUniform,
  varianceScaling: VarianceScaling,
  zeros: Zeros,
};
