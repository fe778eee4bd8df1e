/** All optimizers by name. */
import type { Constructor } from '../identifiers.ts';
import { Adadelta, Adagrad } from './adagrad.ts';
import { Adafactor } from './adafactor.ts';
import { Adam, AdamW } from './adam.ts';
import { Adamax, Lamb, Lion, Nadam } from './adam-variants.ts';
import { Ftrl } from './ftrl.ts';
import type { OptimizerName } from './get.ts';
import { LossScaleOptimizer } from './loss-scale.ts';
import { Muon } from './muon.ts';
import type { Optimizer } from './optimizer.ts';
import { RMSprop } from './rmsprop.ts';
import { ScheduleFreeAdamW } from './schedule-free-adamw.ts';
import { SGD } from './sgd.ts';

/** Built-in optimizers by name. */
export const OPTIMIZERS: Readonly<Record<OptimizerName, Constructor<Optimizer>>> = {
  adadelta: Adadelta,
  adafactor: Adafactor,
  adagrad: Adagrad,
  adam: Adam,
  adamW: AdamW,
  adamw: AdamW,
  adamax: Adamax,
  ftrl: Ftrl,
  lamb: Lamb,
  lion: Lion,
  lossScaleOptimizer: LossScaleOptimizer,
  muon: Muon,
  nadam: Nadam,
  rmsprop: RMSprop,
  scheduleFreeAdamW: ScheduleFreeAdamW,
  sgd: SGD,
};
