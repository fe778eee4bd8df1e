/** Diagonals, triangles and grids. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { isRecord } from '../../tree.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxis } from '../promote.ts';
import { diagonalOf, movedAxes, reshaped } from '../steps.ts';
import { range, tensorOf } from '../values.ts';

/** Options with a diagonal: 0 is the main one, positive ones lie above it. */
export interface DiagonalOptions {
  /** Which diagonal. Default 0. */
  readonly k?: number;
}

/** A matrix with a vector as its diagonal; of a matrix, its diagonal. */
export function diag<A extends Operand>(x: A, options: DiagonalOptions = {}): Out<A> {
  checkOptions('diag', options, 'k');
  return apply('diag', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    const { k = 0 } = options;
    if (value.rank === 1) return withDiagonal(value, k);
    if (value.rank === 2) return diagonalOf(value, k);
    throw new ShapeError(
      `diag: the input must have 1 or 2 axes, got shape [${value.shape.join(', ')}].`,
    );
  }) as Out<A>;
}

/** A matrix with all elements of x on its diagonal. */
export function diagflat<A extends Operand>(x: A, options: DiagonalOptions = {}): Out<A> {
  checkOptions('diagflat', options, 'k');
  return apply('diagflat', [x] as Operand[], options, ([a]) =>
    withDiagonal(reshaped(tensorOf(a!), [-1]), options.k ?? 0),
  ) as Out<A>;
}

/** The elements stand `size + 1` apart in the flat matrix. */
function withDiagonal(x: Tensor, k: number): Tensor {
  const count = x.size;
  const size = count + Math.abs(k);
  if (count === 0) return primitives.full([size, size], 0, x.dtype);
  const before = k >= 0 ? k : -k * size;
  const after = size * size - before - (count + (count - 1) * size);
  const zero = primitives.full([], 0, x.dtype);
  return primitives.reshape(primitives.pad(x, zero, [before], [after], [size]), [size, size]);
}

/** Options of {@link diagonal}. */
export interface DiagonalAxesOptions {
  /** Which diagonal. Default 0, the main one; positive ones lie above it. */
  readonly offset?: number;
  /** Axis of the rows. Default 0. */
  readonly axis1?: number;
  /** Axis of the columns. Default 1. */
  readonly axis2?: number;
}

/** Diagonals of the matrices in two axes, in a new last axis. */
export function diagonal<A extends Operand>(x: A, options: DiagonalAxesOptions = {}): Out<A> {
  checkOptions('diagonal', options, 'offset axis1 axis2');
  return apply('diagonal', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    const { offset = 0, axis1 = 0, axis2 = 1 } = options;
    const rows = checkAxis(axis1, value.rank, 'diagonal');
    const columns = checkAxis(axis2, value.rank, 'diagonal');
    if (rows === columns) {
      throw new ArgumentError(`diagonal: axis1 and axis2 are both ${rows}; name two axes.`);
    }
    return diagonalOf(movedAxes(value, [rows, columns], [-2, -1]), offset);
  }) as Out<A>;
}

function triangle(op: string, x: Tensor, keep: (rows: Tensor, columns: Tensor) => Tensor): Tensor {
  if (x.rank < 2) {
    throw new ShapeError(`${op}: the input must be matrices, got shape [${x.shape.join(', ')}].`);
  }
  const matrix = x.shape.slice(-2);
  const mask = keep(primitives.iota(matrix, 0, 'int32'), primitives.iota(matrix, 1, 'int32'));
  const whole = primitives.broadcastTo(mask, x.shape);
  return primitives.select(whole, x, primitives.fullLike(x, 0));
}

/** Matrices with zeros above the k-th diagonal. */
export function tril<A extends Operand>(x: A, options: DiagonalOptions = {}): Out<A> {
  checkOptions('tril', options, 'k');
  return apply('tril', [x] as Operand[], options, ([a]) =>
    triangle('tril', tensorOf(a!), (rows, columns) => {
      const limit = primitives.add(rows, primitives.fullLike(rows, options.k ?? 0));
      return primitives.compare('le', columns, limit);
    }),
  ) as Out<A>;
}

/** Matrices with zeros below the k-th diagonal. */
export function triu<A extends Operand>(x: A, options: DiagonalOptions = {}): Out<A> {
  checkOptions('triu', options, 'k');
  return apply('triu', [x] as Operand[], options, ([a]) =>
    triangle('triu', tensorOf(a!), (rows, columns) => {
      const limit = primitives.add(rows, primitives.fullLike(rows, options.k ?? 0));
      return primitives.compare('ge', columns, limit);
    }),
  ) as Out<A>;
}

/** Options of {@link meshgrid}. */
export interface MeshgridOptions {
  /** 'xy' (default): the first two axes of the results are exchanged; 'ij': matrix order. */
  readonly indexing?: 'xy' | 'ij';
}

/**
 * Coordinate grids of vectors: one tensor per vector, all of one shape.
 *
 * @example
 * const [xs, ys] = ops.meshgrid([0, 1, 2], [0, 1]); // both [2, 3]
 */
export function meshgrid<A extends Operand>(
  ...args: readonly [...x: A[], options: MeshgridOptions] | readonly A[]
): Out<A>[] {
  const last = args.at(-1);
  const options: MeshgridOptions = isRecord(last) ? last : {};
  checkOptions('meshgrid', options, 'indexing');
  const x = (isRecord(last) ? args.slice(0, -1) : args) as Operand[];
  return apply('meshgrid', x, options, (values) => {
    const swap = (options.indexing ?? 'xy') === 'xy' && values.length > 1;
    const axisOf = (i: number): number => (swap && i < 2 ? 1 - i : i);
    const flat = values.map((value) => reshaped(tensorOf(value), [-1]));
    const shape = range(flat.length).map((i) => flat[axisOf(i)]!.size);
    return flat.map((vector, i) => primitives.broadcast(vector, shape, [axisOf(i)]));
  }) as Out<A>[];
}

/** Options of {@link vander}. */
export interface VanderOptions {
  /** Number of columns; the length of the vector by default. */
  readonly N?: number | null | undefined;
  /** Powers from left to right. Default false. */
  readonly increasing?: boolean;
}

/** The Vandermonde matrix of a vector: its powers as columns. */
export function vander<A extends Operand>(x: A, options: VanderOptions = {}): Out<A> {
  checkOptions('vander', options, 'N increasing');
  return apply('vander', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    if (value.rank !== 1) {
      throw new ShapeError(`vander: expected a vector, got shape [${value.shape.join(', ')}].`);
    }
    const count = options.N ?? value.size;
    if (count === 0) return primitives.full([value.size, 0], 0, value.dtype);
    let power = primitives.fullLike(value, 1);
    const columns = [power];
    while (columns.length < count) columns.push((power = primitives.mul(power, value)));
    if (options.increasing !== true) columns.reverse();
    const tall = columns.map((column) => primitives.reshape(column, [value.size, 1]));
    return primitives.concat(tall, 1);
  }) as Out<A>;
}
