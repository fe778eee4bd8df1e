/**
 * The order of things: everything a backend is asked to do runs one after another. Work that needs no
 * waiting runs at once while nothing is under way; behind a run of the runtime it waits its turn.
 */

/** A piece of work; one that returns a promise holds up what comes after it. Jobs do not throw. */
export type Job = () => void | Promise<void>;

/** First in, first out. */
export class Queue {
  #jobs: Job[] = [];
  #busy = false;
  #failure: { readonly error: unknown } | undefined;

  /** Nothing is under way: what is asked for now would run at once. */
  get idle(): boolean {
    return !this.#busy;
  }

  /** Does a job when those before it are done; now, if there are none. */
  enqueue(job: Job): void {
    if (this.#busy) {
      this.#jobs.push(job);
      return;
    }
    const wait = job();
    if (wait === undefined) return;
    this.#busy = true;
    void this.#drain(wait);
  }

  /** Remembers the first error of a job, for {@link finished}. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Resolves when all jobs so far are done; rejects with their first error, once. */
  async finished(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.enqueue(resolve);
    });
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  async #drain(first: Promise<void>): Promise<void> {
    await first;
    while (this.#jobs.length > 0) {
      const batch = this.#jobs;
      this.#jobs = [];
      for (const job of batch) {
        const wait = job();
        if (wait !== undefined) await wait;
      }
    }
    this.#busy = false;
  }
}
