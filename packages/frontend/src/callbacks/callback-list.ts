/** All callbacks of a run as one: each hook goes to those that have it, in order. */
import type { Trainer } from '../trainer/trainer.ts';
import type { Logs } from '../trainer/types.ts';
import { Callback, type CallbackParameters } from './callback.ts';

type BatchHook =
  | 'onTrainBatchBegin'
  | 'onTrainBatchEnd'
  | 'onTestBatchBegin'
  | 'onTestBatchEnd'
  | 'onPredictBatchBegin'
  | 'onPredictBatchEnd';

/** Calls the hooks of several callbacks. */
export class CallbackList {
  readonly callbacks: readonly Callback[];
  readonly #byHook = new Map<BatchHook, readonly Callback[]>();

  constructor(callbacks: readonly Callback[], model: Trainer, params: CallbackParameters) {
    this.callbacks = callbacks;
    for (const callback of callbacks) {
      callback.setParams(params);
      callback.setModel(model);
    }
  }

  async #each(run: (callback: Callback) => void | Promise<void>): Promise<void> {
    for (const callback of this.callbacks) await run(callback);
  }

  onTrainBegin(): Promise<void> {
    return this.#each((callback) => callback.onTrainBegin());
  }

  onTrainEnd(logs: Logs): Promise<void> {
    return this.#each((callback) => callback.onTrainEnd(sorted(logs)));
  }

  onEpochBegin(epoch: number): Promise<void> {
    return this.#each((callback) => callback.onEpochBegin(epoch));
  }

  onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    // One record for all: a callback may add to it, as the learning rate callbacks do.
    const shared = sorted(logs);
    return this.#each((callback) => callback.onEpochEnd(epoch, shared));
  }

  onTestBegin(): Promise<void> {
    return this.#each((callback) => callback.onTestBegin());
  }

  onTestEnd(logs: Logs): Promise<void> {
    return this.#each((callback) => callback.onTestEnd(sorted(logs)));
  }

  onPredictBegin(): Promise<void> {
    return this.#each((callback) => callback.onPredictBegin());
  }

  onPredictEnd(): Promise<void> {
    return this.#each((callback) => callback.onPredictEnd());
  }

  onTrainBatchBegin(batch: number): Promise<void> | undefined {
    return this.#batchBegin('onTrainBatchBegin', batch);
  }

  onTestBatchBegin(batch: number): Promise<void> | undefined {
    return this.#batchBegin('onTestBatchBegin', batch);
  }

  onPredictBatchBegin(batch: number): Promise<void> | undefined {
    return this.#batchBegin('onPredictBatchBegin', batch);
  }

  onPredictBatchEnd(batch: number): Promise<void> | undefined {
    return this.#batchBegin('onPredictBatchEnd', batch);
  }

  /** @param exact Reads the exact numbers; asked only if a callback wants them. */
  onTrainBatchEnd(
    batch: number,
    latest: Logs,
    exact: () => Promise<Logs>,
  ): Promise<void> | undefined {
    return this.#batchEnd('onTrainBatchEnd', batch, latest, exact);
  }

  /** @param exact Reads the exact numbers; asked only if a callback wants them. */
  onTestBatchEnd(
    batch: number,
    latest: Logs,
    exact: () => Promise<Logs>,
  ): Promise<void> | undefined {
    return this.#batchEnd('onTestBatchEnd', batch, latest, exact);
  }

  /** Whether anybody looks at single batches of training, or of an evaluation. */
  watches(hook: 'onTrainBatchEnd' | 'onTestBatchEnd'): boolean {
    return this.#having(hook).length > 0;
  }

  #having(hook: BatchHook): readonly Callback[] {
    let found = this.#byHook.get(hook);
    if (found === undefined) {
      found = this.callbacks.filter((callback) => callback[hook] !== Callback.prototype[hook]);
      this.#byHook.set(hook, found);
    }
    return found;
  }

  #batchBegin(
    hook: Exclude<BatchHook, 'onTrainBatchEnd' | 'onTestBatchEnd'>,
    batch: number,
  ): Promise<void> | undefined {
    const having = this.#having(hook);
    if (having.length === 0) return undefined;
    return (async () => {
      for (const callback of having) await callback[hook](batch);
    })();
  }

  #batchEnd(
    hook: 'onTrainBatchEnd' | 'onTestBatchEnd',
    batch: number,
    latest: Logs,
    exact: () => Promise<Logs>,
  ): Promise<void> | undefined {
    const having = this.#having(hook);
    if (having.length === 0) return undefined;
    return (async () => {
      const wanted = having.some(({ batchLogs }) => batchLogs === 'exact');
      const logs = wanted ? await exact() : latest;
      for (const callback of having) await callback[hook](batch, logs);
    })();
  }
}

function sorted(logs: Logs): Logs {
  return Object.fromEntries(Object.entries(logs).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
