/**
 * The order of things: everything the backend is asked to do runs one after another. Work that needs
 * no waiting is recorded at once; behind pipelines that are being made, or a loop whose condition is
 * being read, it waits its turn.
 */

/** A piece of work; one that returns a promise holds up what comes after it. Jobs do not throw. */
export type Job = () => void | Promise<void>;

/** First in, first out. */
export class Queue {
  private jobs: Job[] = [];
  private isBusy = false;

  /** Nothing is under way: what is asked for now would run at once. */
  get idle(): boolean {
    return !this.isBusy;
  }

  /** Does a job when those before it are done; now, if there are none. */
  enqueue(job: Job): void {
    if (this.isBusy) {
      this.jobs.push(job);
      return;
    }
    const wait = job();
    if (wait === undefined) return;
    this.isBusy = true;
    void this.drain(wait);
  }

  /** Resolves when all jobs so far are done. */
  finished(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.enqueue(resolve);
    });
  }

  private async drain(first: Promise<void>): Promise<void> {
    await first;
    while (this.jobs.length > 0) {
      const batch = this.jobs;
      this.jobs = [];
      for (const job of batch) {
        const wait = job();
        if (wait !== undefined) await wait;
      }
    }
    this.isBusy = false;
  }
}
