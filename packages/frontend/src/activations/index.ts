/** Activations by name: `activations.get('relu')`, and back again for configurations. */
import { ArgumentError, type Tensor } from '@addax/core';
import { lookUp } from '../identifiers.ts';
import { registeredAs } from '../saving/registry.ts';
import * as functions from './activations.ts';

export * from './activations.ts';
export { silu as swish, hardSilu as hardSwish } from './activations.ts';

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

/** `threshold` takes two more arguments, so by name alone it cannot be applied. */
const TABLE: Readonly<Record<ActivationName, Activation>> = {
  celu: functions.celu,
  elu: functions.elu,
  exponential: functions.exponential,
  gelu: functions.gelu,
  glu: functions.glu,
  hardShrink: functions.hardShrink,
  hardSigmoid: functions.hardSigmoid,
  hardSilu: functions.hardSilu,
  hardSwish: functions.hardSilu,
  hardTanh: functions.hardTanh,
  leakyRelu: functions.leakyRelu,
  linear: functions.linear,
  logSigmoid: functions.logSigmoid,
  logSoftmax: functions.logSoftmax,
  mish: functions.mish,
  relu: functions.relu,
  relu6: functions.relu6,
  selu: functions.selu,
  sigmoid: functions.sigmoid,
  silu: functions.silu,
  softShrink: functions.softShrink,
  softmax: functions.softmax,
  softplus: functions.softplus,
  softsign: functions.softsign,
  sparsePlus: functions.sparsePlus,
  sparseSigmoid: functions.sparseSigmoid,
  sparsemax: functions.sparsemax,
  squareplus: functions.squareplus,
  swish: functions.silu,
  tanh: functions.tanh,
  tanhShrink: functions.tanhShrink,
  threshold: functions.threshold as unknown as Activation,
};

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
    return lookUp<Activation>('activation', TABLE, identifier);
  }
  throw new ArgumentError(
    `expected an activation's name or a function, got ${JSON.stringify(identifier)}`,
  );
}

/** The name of a built-in activation, for configurations; any other function as it is. */
export function serialize(activation: Activation): ActivationLike {
  for (const [name, known] of Object.entries(TABLE)) {
    if (known === activation) return name as ActivationName;
  }
  return activation;
}
