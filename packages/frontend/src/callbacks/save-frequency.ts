/** When callbacks that save do so: after each epoch, or after so many batches. */
import { ArgumentError } from '@addax/core';

/** After each epoch, or after so many batches. */
export type SaveFrequency = 'epoch' | number;

/** The frequency, if it is one. */
export function checkFrequency(who: string, frequency: SaveFrequency): SaveFrequency {
  if (frequency === 'epoch' || (Number.isInteger(frequency) && frequency > 0)) return frequency;
  throw new ArgumentError(
    `${who}: saveFreq is 'epoch' or a positive number of batches, got ${String(frequency)}.`,
  );
}

/** Counts batches across epochs; several may pass between two calls. */
export class BatchCounter {
  readonly #frequency: SaveFrequency;
  #since = 0;
  #last = -1;

  constructor(frequency: SaveFrequency) {
    this.#frequency = frequency;
  }

  /** Batches are numbered from 0 again. */
  beginEpoch(): void {
    this.#last = -1;
  }

  /** Whether it is time, now that this batch ended. */
  isDue(batch: number): boolean {
    if (this.#frequency === 'epoch') return false;
    this.#since += batch - this.#last;
    this.#last = batch;
    if (this.#since < this.#frequency) return false;
    this.#since = 0;
    return true;
  }
}
