/** Optimizers: classes, factories and `optimizers.get`. */
import { learn } from '../identifiers.ts';
import { Adadelta, type AdadeltaOptions, Adagrad, type AdagradOptions } from './adagrad.ts';
import { Adafactor, type AdafactorOptions } from './adafactor.ts';
import { Adam, type AdamOptions, AdamW, type AMSGradOptions } from './adam.ts';
import { Adamax, Lamb, Lion, type LionOptions, Nadam } from './adam-variants.ts';
import { Ftrl, type FtrlOptions } from './ftrl.ts';
import { get as getKnown, KNOWN, type OptimizerLike } from './get.ts';
import { LossScaleOptimizer, type LossScaleOptions } from './loss-scale.ts';
import { Muon, type MuonOptions } from './muon.ts';
import { OPTIMIZERS } from './names.ts';
import type { Optimizer } from './optimizer.ts';
import { RMSprop, type RMSpropOptions } from './rmsprop.ts';
import { ScheduleFreeAdamW, type ScheduleFreeAdamWOptions } from './schedule-free-adamw.ts';
import { SGD, type SGDOptions } from './sgd.ts';

export type { OptimizerLike, OptimizerName } from './get.ts';
export * as schedules from './schedules/index.ts';
export { LearningRateSchedule } from './schedules/schedule.ts';
export { Optimizer, type Slots, type WeightDecayExclusion } from './optimizer.ts';
export type { Gradient } from './update.ts';
export type { CommonSettings, OptimizerOptions } from './options.ts';
export * from './adagrad.ts';
export * from './adafactor.ts';
export * from './adam.ts';
export { Adamax, Lamb, Lion, type LionOptions, Nadam } from './adam-variants.ts';
export * from './ftrl.ts';
export * from './loss-scale.ts';
export * from './muon.ts';
export * from './rmsprop.ts';
export * from './schedule-free-adamw.ts';
export * from './sgd.ts';

/** {@link SGD}. */
export function sgd(options: SGDOptions = {}): SGD {
  return new SGD(options);
}

/** {@link RMSprop}. */
export function rmsprop(options: RMSpropOptions = {}): RMSprop {
  return new RMSprop(options);
}

/** {@link Adam}. */
export function adam(options: AMSGradOptions = {}): Adam {
  return new Adam(options);
}

/** {@link AdamW}. */
export function adamW(options: AMSGradOptions = {}): AdamW {
  return new AdamW(options);
}

/** {@link Adagrad}. */
export function adagrad(options: AdagradOptions = {}): Adagrad {
  return new Adagrad(options);
}

/** {@link Adadelta}. */
export function adadelta(options: AdadeltaOptions = {}): Adadelta {
  return new Adadelta(options);
}

/** {@link Adamax}. */
export function adamax(options: AdamOptions = {}): Adamax {
  return new Adamax(options);
}

/** {@link Nadam}. */
export function nadam(options: AdamOptions = {}): Nadam {
  return new Nadam(options);
}

/** {@link Lamb}. */
export function lamb(options: AdamOptions = {}): Lamb {
  return new Lamb(options);
}

/** {@link Lion}. */
export function lion(options: LionOptions = {}): Lion {
  return new Lion(options);
}

/** {@link Ftrl}. */
export function ftrl(options: FtrlOptions = {}): Ftrl {
  return new Ftrl(options);
}

/** {@link Adafactor}. */
export function adafactor(options: AdafactorOptions = {}): Adafactor {
  return new Adafactor(options);
}

/** {@link Muon}. */
export function muon(options: MuonOptions = {}): Muon {
  return new Muon(options);
}

/** {@link ScheduleFreeAdamW}. */
export function scheduleFreeAdamW(options: ScheduleFreeAdamWOptions = {}): ScheduleFreeAdamW {
  return new ScheduleFreeAdamW(options);
}

/** {@link LossScaleOptimizer}. */
export function lossScaleOptimizer(options: LossScaleOptions): LossScaleOptimizer {
  return new LossScaleOptimizer(options);
}

/**
 * An optimizer from its name, its configuration or itself.
 *
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: OptimizerLike | string): Optimizer {
  learn(KNOWN, OPTIMIZERS);
  return getKnown(identifier);
}
