/** The callbacks of a run: the user's first, then History, then the progress bar, as in Keras. */
import { ArgumentError } from '@addax/core';
import { Callback } from '../callbacks/callback.ts';
import { CallbackList } from '../callbacks/callback-list.ts';
import type { History } from '../callbacks/history.ts';
import { ProgbarLogger } from '../callbacks/progbar-logger.ts';
import type { Trainer } from './trainer.ts';
import type { Verbosity } from './types.ts';

/** What the callbacks of a run are told before it begins. */
export interface RunParameters {
  readonly epochs: number;
  readonly steps: number | undefined;
}

/** The list for one run. */
export function makeCallbacks(
  trainer: Trainer,
  given: Callback | readonly Callback[] | undefined,
  verbose: Verbosity | undefined,
  parameters: RunParameters,
  history?: History,
): CallbackList {
  const users = given === undefined ? [] : Array.isArray(given) ? given : [given];
  for (const callback of users) {
    if (callback instanceof Callback) continue;
    throw new ArgumentError(
      'callbacks must be Callback objects, such as callbacks.earlyStopping({ … }) or ' +
        'callbacks.lambdaCallback({ onEpochEnd: … }).',
    );
  }
  const level = verbosity(verbose);
  const all: Callback[] = [...(users as Callback[])];
  if (history !== undefined) all.push(history);
  if (level > 0) all.push(new ProgbarLogger());
  return new CallbackList(all, trainer, { ...parameters, verbose: level });
}

function verbosity(verbose: Verbosity | undefined): 0 | 1 | 2 {
  if (verbose === undefined || verbose === 'auto') return 1;
  if (verbose === 0 || verbose === 1 || verbose === 2) return verbose;
  throw new ArgumentError(`verbose must be 'auto', 0, 1 or 2, got ${String(verbose)}.`);
}
