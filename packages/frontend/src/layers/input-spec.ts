/** What a layer expects of its inputs, checked before every call with errors that name the layer. */
import { type DType, DTypeError, ShapeError } from '@addax/core';
import type { Shape } from './types.ts';

/** Expectations about one input. */
export interface InputSpec {
  /** Exact number of axes. */
  readonly ndim?: number | undefined;
  /** Smallest number of axes. */
  readonly minNdim?: number | undefined;
  /** Largest number of axes. */
  readonly maxNdim?: number | undefined;
  /** Sizes of single axes (negative ones count from the end). */
  readonly axes?: Readonly<Record<number, number>> | undefined;
  /** The whole shape; null is any size. */
  readonly shape?: Shape | undefined;
  /** dtype. */
  readonly dtype?: DType | undefined;
}

/** A shape as messages write it: `[null, 20]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.map(String).join(', ')}]`;
}

/** Throws if an input of this shape and dtype does not fit. */
export function checkSpec(label: string, spec: InputSpec, shape: Shape, dtype: DType): void {
  const given = `(input shape ${formatShape(shape)})`;
  const rank = shape.length;
  if (spec.ndim !== undefined && rank !== spec.ndim) {
    throw new ShapeError(`${label}: expected an input of ${spec.ndim} axes, got ${rank} ${given}`);
  }
  if (spec.minNdim !== undefined && rank < spec.minNdim) {
    throw new ShapeError(
      `${label}: expected an input of at least ${spec.minNdim} axes, got ${rank} ${given}`,
    );
  }
  if (spec.maxNdim !== undefined && rank > spec.maxNdim) {
    throw new ShapeError(
      `${label}: expected an input of at most ${spec.maxNdim} axes, got ${rank} ${given}`,
    );
  }
  for (const [key, expected] of Object.entries(spec.axes ?? {})) {
    const axis = Number(key);
    const size = shape.at(axis);
    if (size === undefined) {
      throw new ShapeError(`${label}: the input has no axis ${axis} ${given}`);
    }
    if (size === null || size === expected) continue;
    const last = axis === -1 || axis === rank - 1;
    throw new ShapeError(
      last
        ? `${label}: input has ${size} features on its last axis but the layer was built for ` +
            `${expected} ${given}`
        : `${label}: input has size ${size} on axis ${axis} but the layer was built for ` +
            `${expected} ${given}`,
    );
  }
  if (spec.shape !== undefined) checkShape(label, spec.shape, shape, given);
  if (spec.dtype !== undefined && spec.dtype !== dtype) {
    throw new DTypeError(`${label}: expected an input of dtype ${spec.dtype}, got ${dtype}`);
  }
}

function checkShape(label: string, expected: Shape, shape: Shape, given: string): void {
  const fits =
    expected.length === shape.length &&
    expected.every((size, i) => size === null || shape[i] === null || shape[i] === size);
  if (fits) return;
  throw new ShapeError(`${label}: expected an input of shape ${formatShape(expected)} ${given}`);
}
