/** Base of callbacks: what happens along the way of training. */
import type { Trainer } from '../trainer/trainer.ts';
import type { Logs } from '../trainer/types.ts';

/** What a callback may do: anything, now or soon. Training waits for promises. */
export type HookResult = void | Promise<void>;

/** Options with their defaults filled in. */
export type Complete<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** What callbacks know of the run. */
export interface CallbackParameters {
  readonly verbose: 0 | 1 | 2;
  readonly epochs: number;
  /** Steps per epoch; undefined while unknown. */
  readonly steps: number | undefined;
}

/**
 * Hooks into `fit`, `evaluate` and `predict`. Override what you need. `this.model` is the model and
 * `this.params` describes the run; set `this.model.stopTraining = true` to end training.
 *
 * A callback that overrides a batch hook is given exact numbers, which costs one small reading from the
 * device per batch.
 *
 * @example
 * class Shout extends Callback {
 *   override onEpochEnd(epoch: number, logs: Logs) {
 *     console.log(`epoch ${epoch}: ${logs['loss']}!`);
 *   }
 * }
 */
export class Callback {
  static readonly className: string = 'Callback';
  /** Whether batch hooks are given exact numbers, or the last ones that happen to be there. */
  readonly batchLogs: 'exact' | 'latest' = 'exact';
  #model: Trainer | undefined;
  #params: CallbackParameters = { verbose: 0, epochs: 1, steps: undefined };

  /** The model in training. */
  get model(): Trainer {
    return this.#model!;
  }

  /** What the run is like. */
  get params(): CallbackParameters {
    return this.#params;
  }

  /** Called before anything else. */
  setModel(model: Trainer): void {
    this.#model = model;
  }

  /** Called before anything else. */
  setParams(params: CallbackParameters): void {
    this.#params = params;
  }

  /** Training begins. */
  onTrainBegin(_logs?: Logs): HookResult {}
  /** Training ended; `logs` are those of the last epoch. */
  onTrainEnd(_logs?: Logs): HookResult {}
  /** An epoch (from 0) begins. */
  onEpochBegin(_epoch: number, _logs?: Logs): HookResult {}
  /** An epoch ended, its validation too. */
  onEpochEnd(_epoch: number, _logs: Logs): HookResult {}
  /** A training batch begins. */
  onTrainBatchBegin(_batch: number, _logs?: Logs): HookResult {}
  /** A training batch ended. */
  onTrainBatchEnd(_batch: number, _logs: Logs): HookResult {}
  /** An evaluation or validation begins. */
  onTestBegin(_logs?: Logs): HookResult {}
  /** An evaluation or validation ended. */
  onTestEnd(_logs: Logs): HookResult {}
  /** A batch of an evaluation begins. */
  onTestBatchBegin(_batch: number, _logs?: Logs): HookResult {}
  /** A batch of an evaluation ended. */
  onTestBatchEnd(_batch: number, _logs: Logs): HookResult {}
  /** A prediction begins. */
  onPredictBegin(_logs?: Logs): HookResult {}
  /** A prediction ended. */
  onPredictEnd(_logs?: Logs): HookResult {}
  /** A batch of a prediction begins. */
  onPredictBatchBegin(_batch: number, _logs?: Logs): HookResult {}
  /** A batch of a prediction ended. */
  onPredictBatchEnd(_batch: number, _logs?: Logs): HookResult {}
}
