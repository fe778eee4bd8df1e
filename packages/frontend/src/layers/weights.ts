/** Freezing weights and setting them from host values. */
import {
  ArgumentError,
  flatten,
  isTypedArray,
  type Nested,
  ShapeError,
  StateError,
  Tensor,
  type TypedArray,
  type Variable,
} from '@addax/core';
import { formatShape } from './input-spec.ts';

/** Variables that are trainable by nature but belong to a layer with `trainable = false`. */
const frozen = new WeakSet<Variable>();

/** Whether a layer froze this variable. */
export function isFrozen(variable: Variable): boolean {
  return frozen.has(variable);
}

/** Freezes trainable variables, or thaws those that were frozen; others stay as they are. */
export function setTrainable(variables: readonly Variable[], trainable: boolean): void {
  for (const variable of variables) {
    if (!trainable && variable.trainable) {
      variable.trainable = false;
      frozen.add(variable);
    } else if (trainable && frozen.delete(variable)) {
      variable.trainable = true;
    }
  }
}

/** Assigns a list of values, after checking every one of them. */
export function assignWeights(
  label: string,
  built: boolean,
  weights: readonly Variable[],
  values: readonly (Tensor | Nested | TypedArray)[],
): void {
  if (!Array.isArray(values)) {
    throw new ArgumentError(`${label}: setWeights takes an array with one value per weight.`);
  }
  if (!built && weights.length === 0 && values.length > 0) {
    throw new StateError(
      `${label} is not built, so it has no weights to set: call it or build(inputShape) first.`,
    );
  }
  if (values.length !== weights.length) {
    throw new ArgumentError(
      `${label} has ${weights.length} weights but setWeights got ${values.length} values.`,
    );
  }
  weights.forEach((variable, i) => checkFits(label, variable, values[i]));
  weights.forEach((variable, i) => variable.assign(values[i]));
}

function checkFits(label: string, variable: Variable, value: Tensor | Nested | TypedArray): void {
  const flat = isTypedArray(value);
  const shape = value instanceof Tensor ? value.shape : flatten(value).shape;
  const fits = flat
    ? value.length === variable.size
    : formatShape(shape) === formatShape(variable.shape);
  if (fits) return;
  throw new ShapeError(
    `${label}: weight "${variable.path}" has shape ${formatShape(variable.shape)} but setWeights ` +
      `got ${flat ? `${value.length} values` : `shape ${formatShape(shape)}`}.`,
  );
}
