/** The options that all optimizers share. */
import { ArgumentError } from '@addax/core';
import type { LearningRateSchedule } from './schedules/schedule.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** Learning rate, or a schedule of it. */
  readonly learningRate?: number | LearningRateSchedule | undefined;
  /** Decoupled weight decay: each step takes this fraction, times the rate, off the weights. */
  readonly weightDecay?: number | null | undefined;
  /** Largest norm of each gradient. At most one of the three clipping options may be set. */
  readonly clipnorm?: number | null | undefined;
  /** Largest absolute value of gradient elements. */
  readonly clipvalue?: number | null | undefined;
  /** Largest norm of all gradients together. */
  readonly globalClipnorm?: number | null | undefined;
  /** Whether to keep a moving average of the weights. Default false. */
  readonly useEma?: boolean | undefined;
  /** Momentum of that average. Default 0.99. */
  readonly emaMomentum?: number | undefined;
  /** Steps after which the average replaces the weights; by default only at the end of `fit`. */
  readonly emaOverwriteFrequency?: number | null | undefined;
  /** The loss is multiplied by it and the gradients divided, against underflow. */
  readonly lossScaleFactor?: number | null | undefined;
  /** Weights change once in so many steps, by the mean of their gradients. At least 2. */
  readonly gradientAccumulationSteps?: number | null | undefined;
  /** Name; that of the class in snake_case by default. */
  readonly name?: string | undefined;
}

/** The options without rate and name, complete. */
export interface CommonSettings {
  readonly weightDecay: number | null;
  readonly clipnorm: number | null;
  readonly globalClipnorm: number | null;
  readonly clipvalue: number | null;
  readonly useEma: boolean;
  readonly emaMomentum: number;
  readonly emaOverwriteFrequency: number | null;
  readonly lossScaleFactor: number | null;
  readonly gradientAccumulationSteps: number | null;
}

/** Checks the shared options and fills in defaults. */
export function commonSettings(options: OptimizerOptions): CommonSettings {
  const settings: CommonSettings = {
    weightDecay: options.weightDecay ?? null,
    clipnorm: options.clipnorm ?? null,
    globalClipnorm: options.globalClipnorm ?? null,
    clipvalue: options.clipvalue ?? null,
    useEma: options.useEma ?? false,
    emaMomentum: options.emaMomentum ?? 0.99,
    emaOverwriteFrequency: options.emaOverwriteFrequency ?? null,
    lossScaleFactor: options.lossScaleFactor ?? null,
    gradientAccumulationSteps: options.gradientAccumulationSteps ?? null,
  };
  const { clipnorm, globalClipnorm, clipvalue, gradientAccumulationSteps: steps } = settings;
  if ([clipnorm, globalClipnorm, clipvalue].filter((value) => value !== null).length > 1) {
    throw new ArgumentError(
      'only one of clipnorm, globalClipnorm and clipvalue can be set; got ' +
        `clipnorm ${clipnorm}, globalClipnorm ${globalClipnorm}, clipvalue ${clipvalue}`,
    );
  }
  if (steps !== null && !(Number.isInteger(steps) && steps >= 2)) {
    throw new ArgumentError(
      `gradientAccumulationSteps must be an integer of at least 2, got ${steps}`,
    );
  }
  const { emaMomentum, emaOverwriteFrequency: frequency } = settings;
  if (!(emaMomentum >= 0 && emaMomentum <= 1)) {
    throw new ArgumentError(`emaMomentum must be between 0 and 1, got ${emaMomentum}`);
  }
  if (frequency !== null && !(Number.isInteger(frequency) && frequency >= 1)) {
    throw new ArgumentError(
      `emaOverwriteFrequency must be an integer of at least 1, got ${frequency}`,
    );
  }
  return settings;
}
