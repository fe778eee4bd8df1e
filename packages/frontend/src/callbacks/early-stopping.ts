/** Ends training when a log value no longer gets better. */
import type { Tensor } from '@addax/core';
import { print } from '../platform.ts';
import type { Logs } from '../trainer/types.ts';
import { Callback, type Complete } from './callback.ts';
import { directionOf, monitored, type MonitorMode } from './monitor.ts';

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** Log value to watch. Default `val_loss`. */
  readonly monitor?: string | undefined;
  /** Smallest change that counts. Default 0. */
  readonly minDelta?: number | undefined;
  /** Epochs without improvement that are put up with. Default 0. */
  readonly patience?: number | undefined;
  /** 1 prints a message when it acts. Default 0. */
  readonly verbose?: number | undefined;
  /** Whether less or more is better; told from the name by default. */
  readonly mode?: MonitorMode | undefined;
  /** Value that must be passed. */
  readonly baseline?: number | null | undefined;
  /** Whether the weights of the best epoch come back at the end. Default false. */
  readonly restoreBestWeights?: boolean | undefined;
  /** Epochs before watching starts. Default 0. */
  readonly startFromEpoch?: number | undefined;
}

/** Ends training when a log value no longer gets better. */
export class EarlyStopping extends Callback {
  static override readonly className: string = 'EarlyStopping';
  readonly #options: Complete<EarlyStoppingOptions>;
  #sign: 1 | -1 = 1;
  #wait = 0;
  #best: number | undefined;
  #bestEpoch = 0;
  #bestWeights: Tensor[] | undefined;
  #stoppedEpoch = 0;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    this.#options = {
      monitor: options.monitor ?? 'val_loss',
      minDelta: Math.abs(options.minDelta ?? 0),
      patience: options.patience ?? 0,
      verbose: options.verbose ?? 0,
      mode: options.mode ?? 'auto',
      baseline: options.baseline ?? null,
      restoreBestWeights: options.restoreBestWeights ?? false,
      startFromEpoch: options.startFromEpoch ?? 0,
    };
    this.#sign = this.#direction();
  }

  #direction(): 1 | -1 {
    const { monitor, mode } = this.#options;
    return directionOf('EarlyStopping', monitor, mode) === 'max' ? 1 : -1;
  }

  /** Epoch (from 0) that training ended with; 0 if it was not ended here. */
  get stoppedEpoch(): number {
    return this.#stoppedEpoch;
  }

  /** The best value so far. */
  get best(): number | undefined {
    return this.#best;
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.#stoppedEpoch = 0;
    this.#best = undefined;
    this.#bestWeights = undefined;
    this.#bestEpoch = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { monitor, baseline, patience, restoreBestWeights, startFromEpoch } = this.#options;
    const current = monitored('Early stopping', monitor, logs);
    if (current === undefined || epoch < startFromEpoch) return;
    if (restoreBestWeights && this.#bestWeights === undefined) {
      this.#bestWeights = this.model.getWeights();
      this.#bestEpoch = epoch;
    }
    this.#wait++;
    if (this.#improves(current, this.#best)) {
      this.#best = current;
      this.#bestEpoch = epoch;
      if (restoreBestWeights) this.#bestWeights = this.model.getWeights();
      if (baseline === null || this.#improves(current, baseline)) this.#wait = 0;
      return;
    }
    if (this.#wait < patience || epoch === 0) return;
    this.#stoppedEpoch = epoch;
    this.model.stopTraining = true;
  }

  #improves(value: number, reference: number | undefined): boolean {
    if (reference === undefined) return true;
    return (value - reference) * this.#sign > this.#options.minDelta;
  }

  override onTrainEnd(): void {
    const { verbose, restoreBestWeights } = this.#options;
    if (this.#stoppedEpoch > 0 && verbose > 0) {
      print(`Epoch ${this.#stoppedEpoch + 1}: early stopping\n`);
    }
    if (!restoreBestWeights || this.#bestWeights === undefined) return;
    if (verbose > 0) {
      const best = this.#bestEpoch + 1;
      print(`Restoring model weights from the end of the best epoch: ${best}.\n`);
    }
    this.model.setWeights(this.#bestWeights);
    this.#bestWeights = undefined;
  }
}
