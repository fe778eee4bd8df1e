/** Activations by name: `activations.get('relu')`, and back again for configurations. */
import { learn } from '../identifiers.ts';
import {
  type Activation,
  type ActivationLike,
  type ActivationName,
  get as getKnown,
  KNOWN,
} from './get.ts';
import { ACTIVATIONS } from './names.ts';

export * from './activations.ts';
export { silu as swish, hardSilu as hardSwish } from './activations.ts';
export type { Activation, ActivationLike, ActivationName } from './get.ts';

/**
 * An activation from its name, a function, or nothing (linear).
 *
 * @param identifier Name (camelCase, or Keras' snake_case), function, a registered name, a layer,
 *   null or undefined.
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: ActivationLike | string | null | undefined): Activation {
  learn(KNOWN, ACTIVATIONS);
  return getKnown(identifier);
}

/** The name of a built-in activation, for configurations; any other function as it is. */
export function serialize(activation: Activation): ActivationLike {
  for (const [name, known] of Object.entries(ACTIVATIONS)) {
    if (known === activation) return name as ActivationName;
  }
  return activation;
}
