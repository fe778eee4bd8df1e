/** What `fit` returns: everything that was logged, epoch by epoch. */
import type { Logs } from '../trainer/types.ts';
import { Callback } from './callback.ts';

/** Records logs. */
export class History extends Callback {
  static override readonly className: string = 'History';
  /** Values by name, one per epoch. */
  readonly history: Record<string, number[]> = {};
  /** Numbers of the epochs, from 0. */
  readonly epoch: number[] = [];

  override onTrainBegin(): void {
    this.epoch.length = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }

  /** What files hold. */
  toJSON(): unknown {
    return { epoch: this.epoch, history: this.history, params: this.params };
  }
}
