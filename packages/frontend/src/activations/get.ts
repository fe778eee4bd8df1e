/**
 * Activations by name. Here are the common ones; `names.ts` has all, which programs that must be small
 * leave out.
 */
import { ArgumentError, type Tensor } from '@addax/core';
import { commonNames, lookUp } from '../identifiers.ts';
import { registeredAs } from '../saving/registry.ts';
import * as functions from './activations.ts';

/** Names of the built-in activations. */
export type ActivationName =
  | 'celu'
  | 'elu'
  | 'exponential'
  | 'gelu'
  | 'glu'
  | 'hardShrink'
  | 'hardSigmoid'
  | 'hardSilu'
  | 'hardSwish'
  | 'hardTanh'
  | 'leakyRelu'
  | 'linear'
  | 'logSigmoid'
  | 'logSoftmax'
  | 'mish'
  | 'relu'
  | 'relu6'
  | 'selu'
  | 'sigmoid'
  | 'silu'
  | 'softShrink'
  | 'softmax'
  | 'softplus'
  | 'softsign'
  | 'sparsePlus'
  | 'sparseSigmoid'
  | 'sparsemax'
  | 'squareplus'
  | 'swish'
  | 'tanh'
  | 'tanhShrink'
  | 'threshold';

/** What an activation does to a tensor. */
export type Activation = (x: Tensor) => Tensor;

/** What options called `activation` take. */
export type ActivationLike = ActivationName | Activation;

/** Activations that are known by name. */
export const KNOWN: Readonly<Record<string, Activation>> = commonNames<Activation>({
  elu: functions.elu,
  exponential: functions.exponential,
  gelu: functions.gelu,
  hardSigmoid: functions.hardSigmoid,
  leakyRelu: functions.leakyRelu,
  linear: functions.linear,
  relu: functions.relu,
  relu6: functions.relu6,
  selu: functions.selu,
  sigmoid: functions.sigmoid,
  silu: functions.silu,
  softmax: functions.softmax,
  softplus: functions.softplus,
  swish: functions.silu,
  tanh: functions.tanh,
});

/**
 * An activation from its name, a function, or nothing (linear).
 *
 * @param identifier Name (camelCase, or Keras' snake_case), function, a registered name, a layer,
 *   null or undefined.
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: ActivationLike | string | null | undefined): Activation {
  if (identifier === null || identifier === undefined) return functions.linear;
  if (typeof identifier === 'function') return identifier;
  if (typeof identifier === 'string') {
    const registered = registeredAs(identifier)?.value;
    if (registered !== undefined) return registered as Activation;
    return lookUp<Activation>('activation', KNOWN, identifier);
  }
  throw new ArgumentError(
    `expected an activation's name or a function, got ${JSON.stringify(identifier)}`,
  );
}
