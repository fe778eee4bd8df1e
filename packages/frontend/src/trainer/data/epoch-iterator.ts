/**
 * Steps of an epoch over a source, as in Keras: without `steps` each epoch is one pass; with it one
 * iterator goes on from epoch to epoch, and running dry is warned of.
 */
import { ArgumentError } from '@addax/core';
import { warn } from '../../platform.ts';
import type { Batch } from './batch.ts';
import type { Batches, DataSource } from './source.ts';

/** Batches that run between two rounds of callbacks. */
export interface StepGroup {
  /** Number of the first batch. */
  readonly step: number;
  readonly batches: readonly Batch[];
}

/** Gives the steps of one epoch after the other. */
export class EpochIterator {
  readonly #source: DataSource;
  readonly #steps: number | undefined;
  readonly #perExecution: number;
  readonly #signal: AbortSignal | undefined;
  #iterator: Batches | undefined;
  #seen = 0;
  #first = 0;
  #skip = 0;
  #known: number | undefined;

  constructor(
    source: DataSource,
    steps: number | undefined,
    perExecution: number,
    signal: AbortSignal | undefined,
  ) {
    if (steps !== undefined && !(Number.isInteger(steps) && steps > 0)) {
      throw new ArgumentError(`the number of steps must be a positive whole number, got ${steps}.`);
    }
    this.#source = source;
    this.#steps = steps;
    this.#perExecution = perExecution;
    this.#signal = signal;
    this.#known = source.steps;
  }

  /** Steps per epoch; undefined until a source of unknown length has run through once. */
  get steps(): number | undefined {
    return this.#steps ?? this.#known;
  }

  /** The next epoch begins with this batch; those before are passed over, if the data has them. */
  startAt(batch: number, passOver: boolean): void {
    this.#first = batch;
    this.#skip = passOver ? batch : 0;
  }

  /** Passes over the batches of these epochs. */
  async pass(from: number, to: number): Promise<void> {
    for (let epoch = from; epoch < to; epoch++) {
      // oxlint-disable-next-line no-unused-vars -- only their passing counts
      for await (const _ of this.epoch(epoch));
    }
  }

  /** The steps of this epoch. */
  async *epoch(epoch: number): AsyncGenerator<StepGroup> {
    if (this.#steps === undefined || this.#iterator === undefined) await this.#restart(epoch);
    const limit = this.#steps ?? Infinity;
    const first = this.#first;
    this.#first = 0;
    for (; this.#skip > 0; this.#skip--) {
      if ((await this.#next()).done === true) break;
    }
    this.#skip = 0;
    this.#seen += first;
    for (let step = first; step < limit;) {
      const count = Math.min(this.#perExecution, limit - step);
      const batches: Batch[] = [];
      while (batches.length < count) {
        const next = this.#next();
        const result = next instanceof Promise ? await next : next;
        if (result.done === true) break;
        batches.push(result.value);
      }
      this.#seen += batches.length;
      if (batches.length > 0) yield { step, batches };
      step += batches.length;
      if (batches.length < count) {
        await this.#ranOut(step);
        return;
      }
    }
    if (this.#known !== undefined && this.#seen >= this.#known) await this.#restart(epoch + 1);
  }

  async #ranOut(step: number): Promise<void> {
    this.#iterator = undefined;
    if (this.#seen === 0) {
      throw new ArgumentError(
        'the data gave no batches: it is empty, or a generator that has run out already. Give a ' +
          'function that makes a new generator for each epoch.',
      );
    }
    if (this.#steps === undefined) {
      this.#known = step;
      return;
    }
    warn(
      'Your input ran out of data; interrupting training. Make sure that your data gives at least ' +
        `stepsPerEpoch * epochs batches (${this.#steps} asked for, ${step} came).`,
    );
  }

  async #restart(epoch: number): Promise<void> {
    await this.close();
    this.#iterator = this.#source.batches(epoch);
    this.#seen = 0;
  }

  /** The next batch; an abort wins over a source that makes us wait. */
  #next(): Promise<IteratorResult<Batch, void>> | IteratorResult<Batch, void> {
    this.#signal?.throwIfAborted();
    const next = this.#iterator!.next();
    return this.#signal !== undefined && next instanceof Promise
      ? orAborted(next, this.#signal)
      : next;
  }

  /** Gives the source up. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    if (iterator === undefined) return;
    const closing = Promise.resolve(iterator.return(undefined));
    // A source that is still waiting for its next batch would keep us waiting too.
    if (this.#signal?.aborted === true) {
      closing.catch(() => undefined);
      this.#source.cancel?.();
    } else {
      await closing;
    }
  }
}

/** What comes first: the promise's value, or the abort as an error. */
async function orAborted<T>(next: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([next, aborted]);
  } finally {
    signal.removeEventListener('abort', stop!);
  }
}
