/** The progress that `fit`, `evaluate` and `predict` print. */
import { isTerminal, print } from '../platform.ts';
import type { Logs } from '../trainer/types.ts';
import { Callback } from './callback.ts';
import { Progbar, type ProgbarSurroundings } from './progbar.ts';

/** Prints a progress bar, or a line per epoch with `verbose: 2`. */
export class ProgbarLogger extends Callback {
  static override readonly className: string = 'ProgbarLogger';
  override readonly batchLogs = 'latest';
  readonly #surroundings: ProgbarSurroundings;
  #bar: Progbar | undefined;
  #seen = 0;
  #target: number | undefined;
  #training = false;

  constructor(surroundings?: ProgbarSurroundings) {
    super();
    this.#surroundings = surroundings ?? {
      terminal: isTerminal(),
      print,
      now: () => performance.now() / 1000,
    };
  }

  #reset(): void {
    const { verbose, steps } = this.params;
    this.#seen = 0;
    this.#target ??= steps;
    if (verbose !== 0) this.#bar = new Progbar(this.#target, verbose, this.#surroundings);
  }

  #update(batch: number, logs: Logs): void {
    this.#seen = batch + 1;
    this.#bar?.update(this.#seen, logs);
  }

  #finish(logs: Logs): void {
    this.#target ??= this.#seen;
    this.#bar?.update(this.#target, logs, true, this.#target);
  }

  override onTrainBegin(): void {
    this.#training = true;
  }

  override onTrainEnd(): void {
    this.#training = false;
  }

  override onEpochBegin(epoch: number): void {
    this.#reset();
    const { epochs, verbose } = this.params;
    if (verbose !== 0 && epochs > 1) this.#surroundings.print(`Epoch ${epoch + 1}/${epochs}\n`);
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    this.#update(batch, logs);
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    this.#finish(logs);
  }

  override onTestBegin(): void {
    if (!this.#training) this.#reset();
  }

  override onTestBatchEnd(batch: number, logs: Logs): void {
    if (!this.#training) this.#update(batch, logs);
  }

  override onTestEnd(logs: Logs): void {
    if (!this.#training) this.#finish(logs);
  }

  override onPredictBegin(): void {
    this.#reset();
  }

  override onPredictBatchEnd(batch: number): void {
    this.#update(batch, {});
  }

  override onPredictEnd(): void {
    this.#finish({});
  }
}
