/** Base of learning-rate schedules: the rate as a function of the step, computed in the graph. */
import { ArgumentError, floatx, type Tensor, toTensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Described } from '../../described.ts';

/** A schedule can be called like a function of the step. */
export interface LearningRateSchedule {
  (step: Tensor | Variable | number): Tensor;
}

/** Options of every schedule. */
export interface ScheduleOptions {
  /** Name, kept for files. */
  readonly name?: string | undefined;
}

/**
 * The learning rate at a step. Subclasses write `call(step)` with tensor ops, since it becomes part of
 * the compiled training step.
 */
export abstract class LearningRateSchedule extends Described {
  static readonly className: string = 'LearningRateSchedule';

  /** The rate, a float scalar, at an integer scalar step. */
  abstract call(step: Tensor): Tensor;

  override invoke(step: Tensor | Variable | number): Tensor {
    return this.call(toTensor(step));
  }
}

/** A step as a float. */
export function floatStep(step: Tensor): Tensor {
  return ops.cast(step, floatx());
}

/** A number of steps above zero. */
export function requireSteps(value: number, name: string): number {
  if (value > 0) return value;
  throw new ArgumentError(`${name} must be above 0, got ${value}`);
}
