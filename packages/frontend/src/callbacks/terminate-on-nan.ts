/** Ends training when the loss is not a number any more. */
import { print } from '../platform.ts';
import type { Logs } from '../trainer/types.ts';
import { Callback } from './callback.ts';

/** Ends training when the loss is NaN or infinite; reads the loss after every batch. */
export class TerminateOnNaN extends Callback {
  static override readonly className: string = 'TerminateOnNaN';

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    const { loss } = logs as { loss?: number };
    if (loss === undefined || Number.isFinite(loss)) return;
    print(`Batch ${batch}: Invalid loss, terminating training\n`);
    this.model.stopTraining = true;
  }
}
