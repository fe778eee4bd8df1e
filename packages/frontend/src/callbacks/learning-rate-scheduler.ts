/** Sets the learning rate at the start of each epoch. */
import { ArgumentError } from '@addax/core';
import { print } from '../platform.ts';
import type { Logs } from '../trainer/types.ts';
import { Callback } from './callback.ts';

/** Gives the rate of an epoch (from 0); it is told the rate in force. */
export type Schedule = (epoch: number, rate: number) => number;

/** Options of {@link LearningRateScheduler}. */
export interface LearningRateSchedulerOptions {
  readonly schedule: Schedule;
  /** 1 prints a message each epoch. Default 0. */
  readonly verbose?: number | undefined;
}

/** Sets the learning rate at the start of each epoch. */
export class LearningRateScheduler extends Callback {
  static override readonly className: string = 'LearningRateScheduler';
  readonly #schedule: Schedule;
  readonly #verbose: number;

  constructor(options: LearningRateSchedulerOptions | Schedule) {
    super();
    const { schedule, verbose = 0 } =
      typeof options === 'function' ? { schedule: options } : options;
    if (typeof schedule !== 'function') {
      throw new ArgumentError('LearningRateScheduler needs { schedule: (epoch, rate) => rate }.');
    }
    this.#schedule = schedule;
    this.#verbose = verbose;
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    const { optimizer } = this.model;
    const rate = this.#schedule(epoch, await optimizer.learningRate.item());
    if (!Number.isFinite(rate)) {
      throw new ArgumentError(
        `the schedule of LearningRateScheduler must give a number, got ${String(rate)}.`,
      );
    }
    optimizer.learningRate = rate;
    if (this.#verbose > 0) {
      const which = `Epoch ${epoch + 1}`;
      print(`\n${which}: LearningRateScheduler setting learning rate to ${rate}.\n`);
    }
  }

  override async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    logs['learning_rate'] = await this.model.optimizer.learningRate.item();
  }
}
