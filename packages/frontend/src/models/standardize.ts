/**
 * What a model with declared inputs makes of what it is called with: the declared structure (records
 * by input name, arrays by position), the declared dtype, and one axis of size 1 more or less.
 */
import {
  ArgumentError,
  isRecord,
  leavesOf,
  ShapeError,
  type SymbolicTensor,
  Tensor,
} from '@addax/core';
import * as ops from '@addax/core/ops';
import { formatShape } from '../layers/input-spec.ts';
import { getMask, setMask } from '../layers/masking.ts';

/** The tensors of `inputs` in the order of the declared inputs. */
export function flattenInputs(
  label: string,
  structure: unknown,
  declared: readonly SymbolicTensor[],
  inputs: unknown,
): unknown[] {
  const names = declared.map(({ name }) => `"${name}"`).join(', ');
  if (isRecord(structure)) {
    if (!isRecord(inputs)) {
      throw new ArgumentError(
        `${label} takes a record of inputs with the keys ${Object.keys(structure).join(', ')}.`,
      );
    }
    return Object.keys(structure).flatMap((key) => {
      if (inputs[key] === undefined) {
        throw new ArgumentError(
          `${label}: input "${key}" is missing from the record it was given.`,
        );
      }
      return leavesOf(inputs[key]);
    });
  }
  if (isRecord(inputs)) {
    return declared.map(({ name }) => {
      if (inputs[name] === undefined) {
        throw new ArgumentError(`${label}: input "${name}" is missing; it has inputs ${names}.`);
      }
      return inputs[name];
    });
  }
  const flat = leavesOf(inputs);
  if (flat.length !== declared.length) {
    throw new ArgumentError(
      `${label} has ${declared.length} input(s) (${names}) but was called with ${flat.length}.`,
    );
  }
  return flat;
}

/** One input as declared: dtype, and the rank by adding or dropping an axis of size 1. */
export function adjustInput(label: string, declared: SymbolicTensor, given: unknown): Tensor {
  if (!(given instanceof Tensor)) {
    throw new ArgumentError(`${label}: input "${declared.name}" must be a tensor.`);
  }
  const { shape } = declared;
  let tensor = given;
  if (tensor.rank === shape.length + 1 && tensor.shape.at(-1) === 1) {
    tensor = ops.squeeze(tensor, { axis: -1 });
  } else if (tensor.rank === shape.length - 1 && shape.at(-1) === 1) {
    tensor = ops.expandDims(tensor, -1);
  }
  const fits =
    tensor.rank === shape.length &&
    shape.every((size, i) => size === null || size === tensor.shape[i]);
  if (!fits) {
    throw new ShapeError(
      `${label}: input "${declared.name}" has shape ${formatShape(given.shape)} but the model was ` +
        `made for ${formatShape(shape)}.`,
    );
  }
  const result = tensor.dtype === declared.dtype ? tensor : castUnlessMixed(tensor, declared);
  const mask = getMask(given);
  if (mask !== undefined && result !== given) setMask(result, mask);
  return result;
}

/** Under mixed precision a float input has been cast already: layers decide from there on. */
function castUnlessMixed(tensor: Tensor, declared: SymbolicTensor): Tensor {
  const float = (dtype: string): boolean => dtype.includes('float');
  return float(tensor.dtype) && float(declared.dtype) ? tensor : tensor.cast(declared.dtype);
}
