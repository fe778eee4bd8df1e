/** Steps on tensors that several ops share: reshape with an unknown size, moved axes, diagonals. */
import { ShapeError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as primitives from './primitives/functions.ts';
import { checkAxis } from './promote.ts';
import { product, range } from './values.ts';

/** The same elements in another shape, of which one size may be −1. */
export function reshaped(x: Tensor, shape: readonly number[]): Tensor {
  const known = product(shape.filter((size) => size !== -1));
  const unknown = shape.filter((size) => size === -1).length;
  const target = shape.map((size) => (size === -1 ? x.size / (known || 1) : size));
  const valid = shape.every((size) => Number.isInteger(size) && size >= -1);
  if (!valid || unknown > 1 || product(target) !== x.size || !target.every(Number.isInteger)) {
    throw new ShapeError(
      `reshape: ${x.size} elements of shape [${x.shape.join(', ')}] do not fit ` +
        `[${shape.join(', ')}]; give sizes with the same product, at most one of them −1.`,
    );
  }
  return primitives.reshape(x, target);
}

/** Axes moved to other positions; the others keep their order. */
export function movedAxes(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const list = (axes: number | readonly number[]): number[] =>
    (typeof axes === 'number' ? [axes] : axes).map((axis) => checkAxis(axis, x.rank, 'moveaxis'));
  const from = list(source);
  const to = list(destination);
  if (from.length !== to.length) {
    throw new ShapeError(
      `moveaxis: ${from.length} source axes and ${to.length} destinations; give as many of both.`,
    );
  }
  const permutation: (number | undefined)[] = range(x.rank).map(() => undefined);
  from.forEach((axis, i) => (permutation[to[i]!] = axis));
  const rest = range(x.rank).filter((axis) => !from.includes(axis));
  return primitives.transpose(
    x,
    permutation.map((axis) => axis ?? rest.shift()!),
  );
}

/** Diagonals of the last two axes: every (columns + 1)-th element of the flat matrices. */
export function diagonalOf(x: Tensor, k: number): Tensor {
  const batch = x.shape.slice(0, -2);
  const rows = x.shape.at(-2)!;
  const columns = x.shape.at(-1)!;
  const row = Math.max(-k, 0);
  const column = Math.max(k, 0);
  const count = Math.max(Math.min(rows - row, columns - column), 0);
  if (count === 0) return primitives.full([...batch, 0], 0, x.dtype);
  const flat = primitives.reshape(x, [...batch, rows * columns]);
  const first = row * columns + column;
  const last = first + (count - 1) * (columns + 1) + 1;
  return primitives.slice(
    flat,
    [...batch.map(() => 0), first],
    [...batch, last],
    [...batch.map(() => 1), columns + 1],
  );
}

/** Indices below zero counted from the end of an axis. */
export function wrapped(indices: Tensor, size: number): Tensor {
  const zero = primitives.fullLike(indices, 0);
  const fromEnd = primitives.add(indices, primitives.fullLike(indices, size));
  return primitives.select(primitives.compare('lt', indices, zero), fromEnd, indices);
}

/** The first `size` positions at which a flat mask is true, and which of them there are. */
export function compacted(mask: Tensor, size: number): { positions: Tensor; valid: Tensor } {
  const count = mask.size;
  const flags = primitives.cast(mask, 'int32');
  const rank = primitives.sub(primitives.cumulative('sum', flags, 0), flags);
  const nowhere = primitives.fullLike(rank, size);
  const target = primitives.select(mask, rank, nowhere);
  const places = primitives.scatter(
    primitives.full([size], -1, 'int32'),
    target,
    primitives.iota([count], 0, 'int32'),
    { axis: 0, batchDims: 0, mode: 'set' },
  );
  const zero = primitives.fullLike(places, 0);
  return {
    positions: primitives.binary('max', places, zero),
    valid: primitives.compare('ge', places, zero),
  };
}

/** Values and int32 positions in increasing order; stable, NaN last. */
export function sortedPair(
  op: string,
  x: Tensor,
  axis: number | null | undefined,
  descending = false,
): [Tensor, Tensor] {
  const value = axis === null || x.rank === 0 ? reshaped(x, [-1]) : x;
  const along = axis === null || x.rank === 0 ? 0 : checkAxis(axis ?? -1, value.rank, op);
  const comparable = value.dtype === 'bool' ? primitives.cast(value, 'uint8') : value;
  const [values, positions] = primitives.sort(comparable, along, descending);
  return [primitives.cast(values, value.dtype), positions];
}
