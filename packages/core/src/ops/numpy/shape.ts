/** Ops that change the shape and keep every element. */
import { ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxes, checkAxis } from '../promote.ts';
import { movedAxes, reshaped } from '../steps.ts';
import { range, tensorOf } from '../values.ts';

/**
 * The same elements in another shape.
 *
 * @param newShape Sizes; one of them may be −1 and is inferred.
 * @throws ShapeError if the sizes do not hold the elements.
 */
export function reshape<A extends Operand>(x: A, newShape: number | readonly number[]): Out<A> {
  const shape = typeof newShape === 'number' ? [newShape] : newShape;
  return apply('reshape', [x] as Operand[], { newShape: shape }, ([a]) =>
    reshaped(tensorOf(a!), shape),
  ) as Out<A>;
}

/** All elements in one axis. */
export function ravel<A extends Operand>(x: A): Out<A> {
  return apply('ravel', [x] as Operand[], {}, ([a]) => reshaped(tensorOf(a!), [-1])) as Out<A>;
}

/** New axes of size 1 at the given positions of the result. */
export function expandDims<A extends Operand>(x: A, axis: number | readonly number[]): Out<A> {
  return apply('expandDims', [x] as Operand[], { axis }, ([a]) => {
    const value = tensorOf(a!);
    const count = typeof axis === 'number' ? 1 : axis.length;
    const rank = value.rank + count;
    const added = new Set(checkAxes(axis, rank, 'expandDims'));
    let next = 0;
    const shape = range(rank).map((i) => (added.has(i) ? 1 : value.shape[next++]!));
    return primitives.reshape(value, shape);
  }) as Out<A>;
}

/** Without axes of size 1: all of them, or those named. */
export function squeeze<A extends Operand>(
  x: A,
  options: { readonly axis?: number | readonly number[] | null | undefined } = {},
): Out<A> {
  checkOptions('squeeze', options, 'axis');
  return apply('squeeze', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    const { axis } = options;
    const removed =
      axis === null || axis === undefined
        ? range(value.rank).filter((i) => value.shape[i] === 1)
        : checkAxes(axis, value.rank, 'squeeze');
    const bad = removed.find((i) => value.shape[i] !== 1);
    if (bad !== undefined) {
      throw new ShapeError(
        `squeeze: axis ${bad} of shape [${value.shape.join(', ')}] has size ${value.shape[bad]}; ` +
          'only axes of size 1 can be removed.',
      );
    }
    return primitives.reshape(
      value,
      value.shape.filter((_, i) => !removed.includes(i)),
    );
  }) as Out<A>;
}

/** Permuted axes; reversed by default. */
export function transpose<A extends Operand>(
  x: A,
  options: { readonly axes?: readonly number[] | null | undefined } = {},
): Out<A> {
  checkOptions('transpose', options, 'axes');
  return apply('transpose', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    const axes = options.axes ?? range(value.rank).reverse();
    const permutation = axes.map((axis) => checkAxis(axis, value.rank, 'transpose'));
    if (permutation.length !== value.rank || new Set(permutation).size !== value.rank) {
      throw new ShapeError(
        `transpose: axes [${axes.join(', ')}] must name each of the ${value.rank} axes once.`,
      );
    }
    return primitives.transpose(value, permutation);
  }) as Out<A>;
}

/** Two axes exchanged. */
export function swapaxes<A extends Operand>(x: A, axis1: number, axis2: number): Out<A> {
  return apply('swapaxes', [x] as Operand[], { axis1, axis2 }, ([a]) => {
    const value = tensorOf(a!);
    const permutation = range(value.rank);
    const first = checkAxis(axis1, value.rank, 'swapaxes');
    const second = checkAxis(axis2, value.rank, 'swapaxes');
    permutation[first] = second;
    permutation[second] = first;
    return primitives.transpose(value, permutation);
  }) as Out<A>;
}

/** Axes moved to other positions; the others keep their order. */
export function moveaxis<A extends Operand>(
  x: A,
  source: number | readonly number[],
  destination: number | readonly number[],
): Out<A> {
  return apply('moveaxis', [x] as Operand[], { source, destination }, ([a]) =>
    movedAxes(tensorOf(a!), source, destination),
  ) as Out<A>;
}

/** NumPy broadcasting to a shape. */
export function broadcastTo<A extends Operand>(x: A, shape: readonly number[]): Out<A> {
  return apply('broadcastTo', [x] as Operand[], { shape }, ([a]) => {
    const value = tensorOf(a!);
    const offset = shape.length - value.rank;
    const fits = value.shape.every((size, i) => size === 1 || size === shape[i + offset]);
    if (offset < 0 || !fits) {
      throw new ShapeError(
        `broadcastTo: shape [${value.shape.join(', ')}] does not broadcast to ` +
          `[${shape.join(', ')}].`,
      );
    }
    return primitives.broadcastTo(value, shape);
  }) as Out<A>;
}
