/** Lowers the learning rate when a log value no longer gets better. */
import { ArgumentError } from '@addax/core';
import { print } from '../platform.ts';
import type { Logs } from '../trainer/types.ts';
import { Callback, type Complete } from './callback.ts';
import { directionOf, monitored, type MonitorMode } from './monitor.ts';

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Log value to watch. Default `val_loss`. */
  readonly monitor?: string | undefined;
  /** What the rate is multiplied by, below 1. Default 0.1. */
  readonly factor?: number | undefined;
  /** Epochs without improvement before that. Default 10. */
  readonly patience?: number | undefined;
  /** 1 prints a message when it acts. Default 0. */
  readonly verbose?: number | undefined;
  /** Whether less or more is better; told from the name by default. */
  readonly mode?: MonitorMode | undefined;
  /** Smallest change that counts. Default 1e-4. */
  readonly minDelta?: number | undefined;
  /** Epochs after a change in which nothing is watched. Default 0. */
  readonly cooldown?: number | undefined;
  /** The rate does not go below it. Default 0. */
  readonly minLr?: number | undefined;
}

/** Lowers the learning rate when a log value no longer gets better. */
export class ReduceLROnPlateau extends Callback {
  static override readonly className: string = 'ReduceLROnPlateau';
  readonly #options: Complete<ReduceLROnPlateauOptions>;
  readonly #grows: boolean;
  #best = 0;
  #wait = 0;
  #cooldown = 0;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    this.#options = {
      monitor: options.monitor ?? 'val_loss',
      factor: options.factor ?? 0.1,
      patience: options.patience ?? 10,
      verbose: options.verbose ?? 0,
      mode: options.mode ?? 'auto',
      minDelta: options.minDelta ?? 1e-4,
      cooldown: options.cooldown ?? 0,
      minLr: options.minLr ?? 0,
    };
    const { factor, monitor, mode } = this.#options;
    if (factor >= 1) {
      throw new ArgumentError(`ReduceLROnPlateau: factor must be below 1, got ${factor}.`);
    }
    this.#grows = directionOf('ReduceLROnPlateau', monitor, mode) === 'max';
    this.#reset();
  }

  #reset(): void {
    this.#best = this.#grows ? -Infinity : Infinity;
    this.#wait = 0;
    this.#cooldown = 0;
  }

  override onTrainBegin(): void {
    this.#reset();
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { monitor, factor, patience, cooldown, minLr, verbose } = this.#options;
    const { optimizer } = this.model;
    const rate = await optimizer.learningRate.item();
    logs['learning_rate'] = rate;
    const current = monitored('Learning rate reduction', monitor, logs);
    if (current === undefined) return;
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#wait = 0;
    }
    if (this.#improves(current)) {
      this.#best = current;
      this.#wait = 0;
      return;
    }
    if (this.#cooldown > 0) return;
    this.#wait++;
    if (this.#wait < patience || rate <= Math.fround(minLr)) return;
    const lowered = Math.max(rate * factor, minLr);
    optimizer.learningRate = lowered;
    if (verbose > 0) {
      print(`\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${lowered}.\n`);
    }
    this.#cooldown = cooldown;
    this.#wait = 0;
  }

  #improves(value: number): boolean {
    const { minDelta } = this.#options;
    return this.#grows ? value > this.#best + minDelta : value < this.#best - minDelta;
  }
}
