/** Ops that join tensors and take them apart again. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply, type Value } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxis, commonDType } from '../promote.ts';
import { reshaped } from '../steps.ts';
import { range, tensorOf } from '../values.ts';

/** Options with one axis. */
export interface AxisOptions {
  /** The axis; counts from the end if negative. */
  readonly axis?: number;
}

function join<A extends Operand>(
  op: string,
  xs: readonly A[],
  options: object,
  run: (tensors: Tensor[]) => Tensor,
): Out<A> {
  if (xs.length === 0) throw new ArgumentError(`${op}: give at least one tensor.`);
  return apply(op, [...xs] as Operand[], options, (values) => run(ofOneDType(values))) as Out<A>;
}

function ofOneDType(values: readonly Value[]): Tensor[] {
  const dtype = commonDType(...values);
  return values.map((value) => primitives.cast(tensorOf(value), dtype));
}

function concatenated(op: string, tensors: readonly Tensor[], axis: number): Tensor {
  const first = tensors[0]!;
  const along = checkAxis(axis, first.rank, op);
  for (const other of tensors) {
    const fits =
      other.rank === first.rank &&
      other.shape.every((size, i) => i === along || size === first.shape[i]);
    if (!fits) {
      throw new ShapeError(
        `${op}: shapes [${first.shape.join(', ')}] and [${other.shape.join(', ')}] must be equal ` +
          `except on axis ${along}.`,
      );
    }
  }
  return primitives.concat(tensors, along);
}

/** Tensors joined along an axis (0 by default). */
export function concatenate<A extends Operand>(
  xs: readonly A[],
  options: AxisOptions = {},
): Out<A> {
  checkOptions('concatenate', options, 'axis');
  return join('concatenate', xs, options, (tensors) =>
    concatenated('concatenate', tensors, options.axis ?? 0),
  );
}

/** x2 after x1; both flattened without `axis`. */
export function append<A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
  options: { readonly axis?: number | null | undefined } = {},
): Out<A | B> {
  checkOptions('append', options, 'axis');
  return join<A | B>('append', [x1, x2], options, (tensors) => {
    const { axis } = options;
    if (axis !== null && axis !== undefined) return concatenated('append', tensors, axis);
    return primitives.concat(
      tensors.map((one) => reshaped(one, [-1])),
      0,
    );
  });
}

/** Tensors of one shape joined along a new axis (0 by default). */
export function stack<A extends Operand>(x: readonly A[], options: AxisOptions = {}): Out<A> {
  checkOptions('stack', options, 'axis');
  return join('stack', x, options, (tensors) => {
    const axis = checkAxis(options.axis ?? 0, tensors[0]!.rank + 1, 'stack');
    const wide = tensors.map(({ shape }) => [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
    return concatenated(
      'stack',
      tensors.map((one, i) => primitives.reshape(one, wide[i]!)),
      axis,
    );
  });
}

const atLeast1D = (x: Tensor): Tensor => (x.rank === 0 ? reshaped(x, [1]) : x);
const atLeast3D = (x: Tensor): Tensor => {
  if (x.rank < 2) return reshaped(x, [1, -1, 1]);
  return x.rank === 2 ? reshaped(x, [...x.shape, 1]) : x;
};

/** Tensors side by side: along axis 1, or 0 for vectors. */
export function hstack<A extends Operand>(xs: readonly A[]): Out<A> {
  return join('hstack', xs, {}, (tensors) => {
    const whole = tensors.map(atLeast1D);
    return concatenated('hstack', whole, whole[0]!.rank === 1 ? 0 : 1);
  });
}

/** Tensors on top of each other: along axis 0. Vectors are joined to one, as Keras does. */
export function vstack<A extends Operand>(xs: readonly A[]): Out<A> {
  return join('vstack', xs, {}, (tensors) => concatenated('vstack', tensors.map(atLeast1D), 0));
}

/** Tensors behind each other: along axis 2. */
export function dstack<A extends Operand>(xs: readonly A[]): Out<A> {
  return join('dstack', xs, {}, (tensors) => concatenated('dstack', tensors.map(atLeast3D), 2));
}

/** Vectors as the columns of a matrix; matrices side by side. */
export function columnStack<A extends Operand>(xs: readonly A[]): Out<A> {
  return join('columnStack', xs, {}, (tensors) =>
    concatenated(
      'columnStack',
      tensors.map((one) => (one.rank < 2 ? reshaped(one, [-1, 1]) : one)),
      1,
    ),
  );
}

/** Number of equal parts, or the indices before which to cut. */
export type Sections = number | readonly number[];

/** A tensor cut along an axis (0 by default) into equal parts, or before the given indices. */
export function split<A extends Operand>(
  x: A,
  indicesOrSections: Sections,
  options: AxisOptions = {},
): Out<A>[] {
  checkOptions('split', options, 'axis');
  return cut('split', x, indicesOrSections, options.axis ?? 0, equalParts);
}

function equalParts(size: number, parts: number): number[] {
  if (size % parts === 0) return range(parts - 1).map((i) => ((i + 1) * size) / parts);
  throw new ShapeError(
    `split: an axis of size ${size} does not divide into ${parts} equal parts; give indices, or ` +
      'use arraySplit.',
  );
}

/** {@link split} into parts that may differ by one in size. */
export function arraySplit<A extends Operand>(
  x: A,
  indicesOrSections: Sections,
  options: AxisOptions = {},
): Out<A>[] {
  checkOptions('arraySplit', options, 'axis');
  return cut('arraySplit', x, indicesOrSections, options.axis ?? 0, (size, parts) => {
    const small = Math.floor(size / parts);
    const larger = size % parts;
    return range(parts - 1).map((i) => (i + 1) * small + Math.min(i + 1, larger));
  });
}

function cut<A extends Operand>(
  op: string,
  x: A,
  sections: Sections,
  axis: number | ((rank: number) => number),
  places: (size: number, parts: number) => number[],
): Out<A>[] {
  const given = { indicesOrSections: sections, ...(typeof axis === 'number' && { axis }) };
  return apply(op, [x] as Operand[], given, ([a]) => {
    const value = tensorOf(a!);
    const along = checkAxis(typeof axis === 'number' ? axis : axis(value.rank), value.rank, op);
    const size = value.shape[along]!;
    const cuts = typeof sections === 'number' ? places(size, sections) : sections;
    const clipped = cuts.map((at) => Math.min(Math.max(at < 0 ? at + size : at, 0), size));
    const borders = [0, ...clipped, size];
    return range(borders.length - 1).map((i) =>
      part(value, along, borders[i]!, Math.max(borders[i + 1]!, borders[i]!)),
    );
  }) as Out<A>[];
}

function part(x: Tensor, axis: number, from: number, to: number): Tensor {
  const start = x.shape.map((_, i) => (i === axis ? from : 0));
  const limit = x.shape.map((n, i) => (i === axis ? to : n));
  return primitives.slice(x, start, limit);
}

/** {@link split} along axis 1, or 0 for vectors. */
export function hsplit<A extends Operand>(x: A, indicesOrSections: Sections): Out<A>[] {
  const axis = (rank: number): number => (rank === 1 ? 0 : 1);
  return cut('hsplit', x, indicesOrSections, axis, equalParts);
}

/** {@link split} along axis 0. */
export function vsplit<A extends Operand>(x: A, indicesOrSections: Sections): Out<A>[] {
  return split(x, indicesOrSections, { axis: 0 });
}

/** {@link split} along axis 2. */
export function dsplit<A extends Operand>(x: A, indicesOrSections: Sections): Out<A>[] {
  return split(x, indicesOrSections, { axis: 2 });
}

/**
 * The slices of a tensor along an axis (0 by default), without that axis.
 *
 * @param options `num` is checked against the size if given.
 */
export function unstack<A extends Operand>(
  x: A,
  options: { readonly num?: number | null | undefined; readonly axis?: number } = {},
): Out<A>[] {
  checkOptions('unstack', options, 'num axis');
  return apply('unstack', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    const axis = checkAxis(options.axis ?? 0, value.rank, 'unstack');
    const size = value.shape[axis]!;
    if (options.num !== null && options.num !== undefined && options.num !== size) {
      throw new ShapeError(`unstack: num is ${options.num} but axis ${axis} has size ${size}.`);
    }
    const shape = value.shape.filter((_, i) => i !== axis);
    return range(size).map((i) => primitives.reshape(part(value, axis, i, i + 1), shape));
  }) as Out<A>[];
}
