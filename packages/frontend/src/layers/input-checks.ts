/** What layers need to know of their inputs' shapes before they can have weights. */
import { ShapeError } from '@addax/core';
import { formatShape } from './input-spec.ts';
import type { Layer } from './layer.ts';
import type { Shape, ShapeStruct } from './types.ts';

/** The size of an axis that weights depend on; unknown is an error. */
export function knownSize(layer: Layer, shape: Shape, axis: number): number {
  const size = shape.at(axis);
  if (typeof size === 'number') return size;
  const given = `(input shape ${formatShape(shape)})`;
  throw new ShapeError(
    size === undefined
      ? `${layer.label}: the input has no axis ${axis} ${given}`
      : `${layer.label}: the size of axis ${axis} must be known, because weights depend on it; ` +
          `give input() a full shape ${given}`,
  );
}

/** The shapes of a layer that takes a list of inputs. */
export function shapeList(layer: Layer, shapes: ShapeStruct): readonly Shape[] {
  if (Array.isArray(shapes) && shapes.every((shape) => Array.isArray(shape))) {
    return shapes as readonly Shape[];
  }
  throw new ShapeError(`${layer.label} takes a list of inputs: call it on an array of tensors.`);
}
