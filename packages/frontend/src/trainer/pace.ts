/**
 * How far `fit` runs ahead: at most so many steps in flight on a device, and a turn for the event loop
 * every so often where steps run on the host (pages must not freeze, timers must fire).
 */
import { getBackend, type Tensor } from '@addax/core';
import { breathe } from '../platform.ts';

/** Milliseconds of work after which others get their turn. */
const BREATHE_EVERY = 50;

/** When others last had a turn: shared by all runs, since epochs may be shorter than the pause. */
let lastBreath = 0;

async function pause(oldest: Promise<unknown> | undefined): Promise<void> {
  await oldest;
  if (performance.now() - lastBreath < BREATHE_EVERY) return;
  await breathe();
  lastBreath = performance.now();
}

/** Keeps the pace of one run. */
export class Pace {
  readonly #pending: Promise<void>[] = [];

  /** Called after each step with one of its results; a promise where there is something to wait for. */
  afterStep(result: Tensor | undefined): Promise<void> | undefined {
    let oldest: Promise<unknown> | undefined;
    const { syncRead, stepsInFlight } = getBackend().capabilities;
    if (!syncRead && result !== undefined) {
      const done = result.backend.sync();
      done.catch(() => undefined);
      this.#pending.push(done);
      if (this.#pending.length >= stepsInFlight) oldest = this.#pending.shift();
    }
    const isLate = performance.now() - lastBreath >= BREATHE_EVERY;
    return oldest === undefined && !isLate ? undefined : pause(oldest);
  }

  /** Waits for everything in flight. */
  async finish(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }
}
