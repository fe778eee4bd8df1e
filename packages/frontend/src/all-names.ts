/**
 * Makes every built-in name known. `@addax/frontend` does this; programs made of the smaller entries know
 * the common names only, and hold only the code that they use.
 */
import { KNOWN as KNOWN_ACTIVATIONS } from './activations/get.ts';
import { ACTIVATIONS } from './activations/names.ts';
import { KNOWN as KNOWN_CONSTRAINTS } from './constraints/get.ts';
import { CONSTRAINTS } from './constraints/names.ts';
import { learn } from './identifiers.ts';
import { KNOWN as KNOWN_INITIALIZERS } from './initializers/get.ts';
import { INITIALIZERS } from './initializers/names.ts';
import { KNOWN as KNOWN_LOSSES } from './losses/get.ts';
import { LOSSES } from './losses/names.ts';
import { KNOWN as KNOWN_METRICS } from './metrics/get.ts';
import { METRICS } from './metrics/names.ts';
import { KNOWN as KNOWN_OPTIMIZERS } from './optimizers/get.ts';
import { OPTIMIZERS } from './optimizers/names.ts';
import { KNOWN as KNOWN_REGULARIZERS } from './regularizers/get.ts';
import { REGULARIZERS } from './regularizers/names.ts';

/** Makes every built-in name known. */
export function learnAllNames(): void {
  learn(KNOWN_ACTIVATIONS, ACTIVATIONS);
  learn(KNOWN_CONSTRAINTS, CONSTRAINTS);
  learn(KNOWN_INITIALIZERS, INITIALIZERS);
  learn(KNOWN_LOSSES, LOSSES);
  learn(KNOWN_METRICS, METRICS);
  learn(KNOWN_OPTIMIZERS, OPTIMIZERS);
  learn(KNOWN_REGULARIZERS, REGULARIZERS);
}
