/** Schedules with a formula: exponential, inverse-time and polynomial decay. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { floatStep, LearningRateSchedule, requireSteps, type ScheduleOptions } from './schedule.ts';

/** Options of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export interface DecayOptions extends ScheduleOptions {
  /** Rate at step 0. */
  readonly initialLearningRate: number;
  /** Steps after which the decay rate applies once. */
  readonly decaySteps: number;
  /** How much the rate decays. */
  readonly decayRate: number;
  /** Whether to decay in jumps, every `decaySteps` steps. Default false. */
  readonly staircase?: boolean | undefined;
}

abstract class RateDecay extends LearningRateSchedule {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;
  override readonly name: string;

  constructor(options: DecayOptions, name: string) {
    super();
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = requireSteps(options.decaySteps, 'decaySteps');
    this.decayRate = options.decayRate;
    this.staircase = options.staircase ?? false;
    this.name = options.name ?? name;
  }

  protected periods(step: Tensor): Tensor {
    const periods = floatStep(step).div(this.decaySteps);
    return this.staircase ? ops.floor(periods) : periods;
  }

  override getConfig(): object {
    const { initialLearningRate, decaySteps, decayRate, staircase, name } = this;
    return { initialLearningRate, decaySteps, decayRate, staircase, name };
  }
}

/** initialLearningRate · decayRate ^ (step / decaySteps). */
export class ExponentialDecay extends RateDecay {
  static override readonly className: string = 'ExponentialDecay';

  constructor(options: DecayOptions) {
    super(options, 'ExponentialDecay');
  }

  override call(step: Tensor): Tensor {
    return ops.power(this.decayRate, this.periods(step)).mul(this.initialLearningRate);
  }
}

/** initialLearningRate / (1 + decayRate · step / decaySteps). */
export class InverseTimeDecay extends RateDecay {
  static override readonly className: string = 'InverseTimeDecay';

  constructor(options: DecayOptions) {
    super(options, 'InverseTimeDecay');
  }

  override call(step: Tensor): Tensor {
    const divisor = this.periods(step).mul(this.decayRate).add(1);
    return ops.divide(this.initialLearningRate, divisor);
  }
}

/** Options of {@link PolynomialDecay}. */
export interface PolynomialDecayOptions extends ScheduleOptions {
  /** Rate at step 0. */
  readonly initialLearningRate: number;
  /** Steps until the end rate is reached. */
  readonly decaySteps: number;
  /** Rate at the end. Default 0.0001. */
  readonly endLearningRate?: number | undefined;
  /** Power of the polynomial. Default 1 (linear). */
  readonly power?: number | undefined;
  /** Whether to start again, each time over more steps, beyond `decaySteps`. Default false. */
  readonly cycle?: boolean | undefined;
}

/** From the initial to the end rate along (1 − step / decaySteps) ^ power. */
export class PolynomialDecay extends LearningRateSchedule {
  static override readonly className: string = 'PolynomialDecay';
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly endLearningRate: number;
  readonly power: number;
  readonly cycle: boolean;
  override readonly name: string;

  constructor(options: PolynomialDecayOptions) {
    super();
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = requireSteps(options.decaySteps, 'decaySteps');
    this.endLearningRate = options.endLearningRate ?? 0.0001;
    this.power = options.power ?? 1;
    this.cycle = options.cycle ?? false;
    this.name = options.name ?? 'PolynomialDecay';
  }

  override call(step: Tensor): Tensor {
    const time = floatStep(step);
    let fraction: Tensor;
    if (this.cycle) {
      const rounds = ops.ceil(time.div(this.decaySteps));
      fraction = time.div(ops.where(time.equal(0), 1, rounds).mul(this.decaySteps));
    } else {
      fraction = ops.minimum(time, this.decaySteps).div(this.decaySteps);
    }
    const remaining = ops.power(ops.subtract(1, fraction), this.power);
    const range = this.initialLearningRate - this.endLearningRate;
    return remaining.mul(range).add(this.endLearningRate);
  }

  override getConfig(): object {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle, name } = this;
    return { initialLearningRate, decaySteps, endLearningRate, power, cycle, name };
  }
}
