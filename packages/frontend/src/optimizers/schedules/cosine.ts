/** Cosine schedules, with warm-up and with restarts (Loshchilov and Hutter, arXiv 1608.03983). */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { floatStep, LearningRateSchedule, requireSteps, type ScheduleOptions } from './schedule.ts';

/** Options of {@link CosineDecay}. */
export interface CosineDecayOptions extends ScheduleOptions {
  /** Rate at step 0. */
  readonly initialLearningRate: number;
  /** Steps of the decay. */
  readonly decaySteps: number;
  /** Lowest rate, as a fraction of the highest. Default 0. */
  readonly alpha?: number | undefined;
  /** Rate to warm up to; without it there is no warm-up. */
  readonly warmupTarget?: number | null | undefined;
  /** Steps of the warm-up. Default 0. */
  readonly warmupSteps?: number | undefined;
}

function halfWave(fraction: Tensor): Tensor {
  return ops.cos(fraction.mul(Math.PI)).add(1).mul(0.5);
}

/** Half a cosine wave from the initial rate to `alpha` times it, after an optional linear warm-up. */
export class CosineDecay extends LearningRateSchedule {
  static override readonly className: string = 'CosineDecay';
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly alpha: number;
  readonly warmupTarget: number | null;
  readonly warmupSteps: number;
  override readonly name: string;

  constructor(options: CosineDecayOptions) {
    super();
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = requireSteps(options.decaySteps, 'decaySteps');
    this.alpha = options.alpha ?? 0;
    this.warmupTarget = options.warmupTarget ?? null;
    this.warmupSteps = options.warmupSteps ?? 0;
    this.name = options.name ?? 'CosineDecay';
  }

  override call(step: Tensor): Tensor {
    const { decaySteps, initialLearningRate, warmupSteps, warmupTarget } = this;
    const time = floatStep(step);
    if (warmupTarget === null) {
      return this.#decay(ops.minimum(time, decaySteps), initialLearningRate);
    }
    const bounded = ops.minimum(time, decaySteps + warmupSteps);
    const decayed = this.#decay(bounded.sub(warmupSteps), warmupTarget);
    if (warmupSteps === 0) return decayed;
    const slope = (warmupTarget - initialLearningRate) / warmupSteps;
    const warming = bounded.mul(slope).add(initialLearningRate);
    return ops.where(bounded.less(warmupSteps), warming, decayed);
  }

  #decay(time: Tensor, from: number): Tensor {
    const wave = halfWave(time.div(this.decaySteps));
    return wave
      .mul(1 - this.alpha)
      .add(this.alpha)
      .mul(from);
  }

  override getConfig(): object {
    const { initialLearningRate, decaySteps, alpha, name, warmupTarget, warmupSteps } = this;
    return { initialLearningRate, decaySteps, alpha, name, warmupTarget, warmupSteps };
  }
}

/** Options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsOptions extends ScheduleOptions {
  /** Rate at step 0. */
  readonly initialLearningRate: number;
  /** Steps of the first period. */
  readonly firstDecaySteps: number;
  /** Each period is this many times as long as the one before. Default 2. */
  readonly tMul?: number | undefined;
  /** Each period starts at this fraction of the rate of the one before. Default 1. */
  readonly mMul?: number | undefined;
  /** Lowest rate, as a fraction of the initial rate. Default 0. */
  readonly alpha?: number | undefined;
}

/** Cosine decay that starts again, in longer periods and from lower rates. */
export class CosineDecayRestarts extends LearningRateSchedule {
  static override readonly className: string = 'CosineDecayRestarts';
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
  readonly tMul: number;
  readonly mMul: number;
  readonly alpha: number;
  override readonly name: string;

  constructor(options: CosineDecayRestartsOptions) {
    super();
    this.initialLearningRate = options.initialLearningRate;
    this.firstDecaySteps = requireSteps(options.firstDecaySteps, 'firstDecaySteps');
    this.tMul = options.tMul ?? 2;
    this.mMul = options.mMul ?? 1;
    this.alpha = options.alpha ?? 0;
    this.name = options.name ?? 'SGDRDecay';
  }

  override call(step: Tensor): Tensor {
    const [restarts, fraction] = this.#period(floatStep(step).div(this.firstDecaySteps));
    const height = ops.power(this.mMul, restarts);
    const wave = halfWave(fraction).mul(height);
    return wave
      .mul(1 - this.alpha)
      .add(this.alpha)
      .mul(this.initialLearningRate);
  }

  /** How often it restarted, and how far the running period is. */
  #period(completed: Tensor): [Tensor, Tensor] {
    const { tMul } = this;
    if (tMul === 1) {
      const restarts = ops.floor(completed);
      return [restarts, completed.sub(restarts)];
    }
    const lengths = ops.subtract(1, completed.mul(1 - tMul));
    const restarts = ops.floor(ops.log(lengths).div(ops.log(Math.fround(tMul))));
    const scale = ops.power(tMul, restarts);
    const begin = ops.subtract(1, scale).div(1 - tMul);
    return [restarts, completed.sub(begin).div(scale)];
  }

  override getConfig(): object {
    const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha, name } = this;
    return { initialLearningRate, firstDecaySteps, tMul, mMul, alpha, name };
  }
}
