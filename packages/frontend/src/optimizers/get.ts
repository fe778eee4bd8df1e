/**
 * Optimizers by name. Here are the common ones; `names.ts` has all, which programs that must be small
 * leave out.
 */
import { ArgumentError } from '@addax/core';
import { commonNames, type Constructor, type ObjectConfig, resolve } from '../identifiers.ts';
import { Adam, AdamW } from './adam.ts';
import { Optimizer } from './optimizer.ts';
import { SGD } from './sgd.ts';

/** Names of the built-in optimizers. */
export type OptimizerName =
  | 'adadelta'
  | 'adafactor'
  | 'adagrad'
  | 'adam'
  | 'adamW'
  | 'adamw'
  | 'adamax'
  | 'ftrl'
  | 'lamb'
  | 'lion'
  | 'lossScaleOptimizer'
  | 'muon'
  | 'nadam'
  | 'rmsprop'
  | 'scheduleFreeAdamW'
  | 'sgd';

/** What `compile` takes as an optimizer. */
export type OptimizerLike = OptimizerName | Optimizer | ObjectConfig;

/** Optimizers that are known by name. */
export const KNOWN: Readonly<Record<string, Constructor<Optimizer>>> = commonNames({
  adam: Adam,
  adamW: AdamW,
  adamw: AdamW,
  sgd: SGD,
});

/**
 * An optimizer from its name, its configuration or itself.
 *
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: OptimizerLike | string): Optimizer {
  if (identifier === null || identifier === undefined) {
    throw new ArgumentError("an optimizer is missing: give one, or its name such as 'adam'.");
  }
  return resolve('optimizer', KNOWN, identifier, (value) => value instanceof Optimizer);
}
