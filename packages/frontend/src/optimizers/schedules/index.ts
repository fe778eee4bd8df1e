/** Learning-rate schedules: classes and factories. */
import { CosineDecay, CosineDecayRestarts } from './cosine.ts';
import type { CosineDecayOptions, CosineDecayRestartsOptions } from './cosine.ts';
import { ExponentialDecay, InverseTimeDecay, PolynomialDecay } from './decay.ts';
import type { DecayOptions, PolynomialDecayOptions } from './decay.ts';
import { PiecewiseConstantDecay, type PiecewiseConstantDecayOptions } from './piecewise.ts';

export { LearningRateSchedule, type ScheduleOptions } from './schedule.ts';
export * from './cosine.ts';
export {
  type DecayOptions,
  ExponentialDecay,
  InverseTimeDecay,
  PolynomialDecay,
  type PolynomialDecayOptions,
} from './decay.ts';
export * from './piecewise.ts';

/** initialLearningRate · decayRate ^ (step / decaySteps). */
export function exponentialDecay(options: DecayOptions): ExponentialDecay {
  return new ExponentialDecay(options);
}

/** initialLearningRate / (1 + decayRate · step / decaySteps). */
export function inverseTimeDecay(options: DecayOptions): InverseTimeDecay {
  return new InverseTimeDecay(options);
}

/** From the initial to the end rate along a power of the remaining fraction. */
export function polynomialDecay(options: PolynomialDecayOptions): PolynomialDecay {
  return new PolynomialDecay(options);
}

/** Half a cosine wave, after an optional warm-up. */
export function cosineDecay(options: CosineDecayOptions): CosineDecay {
  return new CosineDecay(options);
}

/** Cosine decay that starts again. */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): CosineDecayRestarts {
  return new CosineDecayRestarts(options);
}

/** Constant between boundaries. */
export function piecewiseConstantDecay(
  options: PiecewiseConstantDecayOptions,
): PiecewiseConstantDecay {
  return new PiecewiseConstantDecay(options);
}
