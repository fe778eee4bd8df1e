/** A learning rate that is constant between boundaries. */
import { ArgumentError, floatx, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { LearningRateSchedule, type ScheduleOptions } from './schedule.ts';

/** Options of {@link PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayOptions extends ScheduleOptions {
  /** Steps after which the next value holds, increasing. */
  readonly boundaries: readonly number[];
  /** Rates, one more than boundaries. */
  readonly values: readonly number[];
}

/** `values[0]` up to and with `boundaries[0]`, then `values[1]`, … */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  static override readonly className: string = 'PiecewiseConstantDecay';
  readonly boundaries: readonly number[];
  readonly values: readonly number[];
  override readonly name: string;

  constructor(options: PiecewiseConstantDecayOptions) {
    super();
    const { boundaries, values } = options;
    if (boundaries.length !== values.length - 1) {
      throw new ArgumentError(
        `PiecewiseConstantDecay takes one value more than boundaries, got ${boundaries.length} ` +
          `boundaries and ${values.length} values`,
      );
    }
    this.boundaries = boundaries;
    this.values = values;
    this.name = options.name ?? 'PiecewiseConstant';
  }

  override call(step: Tensor): Tensor {
    const rates = this.values.map((value) => ops.cast(value, floatx()));
    return this.boundaries.reduceRight(
      (later, boundary, i) => ops.where(step.lessEqual(Math.trunc(boundary)), rates[i]!, later),
      rates.at(-1)!,
    );
  }

  override getConfig(): object {
    const { boundaries, values, name } = this;
    return { boundaries, values, name };
  }
}
