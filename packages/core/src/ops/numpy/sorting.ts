/** Sorting and searching in sorted values. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { align } from '../promote.ts';
import { sortedPair } from '../steps.ts';
import { tensorOf } from '../values.ts';

/** Options of sorting ops. */
export interface SortOptions {
  /** Axis to sort along; −1 by default, null flattens first. */
  readonly axis?: number | null | undefined;
}

/** Elements in increasing order along an axis; NaN last. */
export function sort<A extends Operand>(x: A, options: SortOptions = {}): Out<A> {
  checkOptions('sort', options, 'axis');
  return apply(
    'sort',
    [x] as Operand[],
    options,
    ([a]) => sortedPair('sort', tensorOf(a!), options.axis)[0],
  ) as Out<A>;
}

/** int32 positions of the elements in increasing order; equal elements keep their order. */
export function argsort<A extends Operand>(x: A, options: SortOptions = {}): Out<A> {
  checkOptions('argsort', options, 'axis');
  return apply(
    'argsort',
    [x] as Operand[],
    options,
    ([a]) => sortedPair('argsort', tensorOf(a!), options.axis)[1],
  ) as Out<A>;
}

/**
 * int32 positions such that the kth is where sorting would put it, smaller elements stand before
 * and larger ones after it.
 */
export function argpartition<A extends Operand>(
  x: A,
  kth: number,
  options: SortOptions = {},
): Out<A> {
  checkOptions('argpartition', options, 'axis');
  return apply('argpartition', [x] as Operand[], { kth, ...options }, ([a]) => {
    const value = tensorOf(a!);
    const size = options.axis === null ? value.size : value.shape.at(options.axis ?? -1)!;
    if (!Number.isInteger(kth) || kth < -size || kth >= size) {
      throw new ArgumentError(`argpartition: kth ${kth} is out of range for ${size} elements.`);
    }
    return sortedPair('argpartition', value, options.axis)[1];
  }) as Out<A>;
}

/**
 * Where values would be inserted into a sorted vector, as int32.
 *
 * @param options `side`: 'left' (default) goes before equal elements, 'right' after them.
 */
export function searchsorted<A extends Operand, B extends Operand>(
  sortedSequence: A,
  values: B,
  options: { readonly side?: 'left' | 'right' } = {},
): Out<A | B> {
  checkOptions('searchsorted', options, 'side');
  const { side = 'left' } = options;
  if (side !== 'left' && side !== 'right') {
    throw new ArgumentError(`searchsorted: side "${String(side)}" must be left or right.`);
  }
  const operands = [sortedSequence, values] as Operand[];
  return apply('searchsorted', operands, options, ([a, b]) =>
    insertionPoints('searchsorted', tensorOf(a!), tensorOf(b!), side),
  ) as Out<A | B>;
}

/** The bin of each element: the number of `bins` (increasing edges) not above it, as int32. */
export function digitize<A extends Operand, B extends Operand>(x: A, bins: B): Out<A | B> {
  return apply('digitize', [x, bins] as Operand[], {}, ([a, b]) =>
    insertionPoints('digitize', tensorOf(b!), tensorOf(a!), 'right'),
  ) as Out<A | B>;
}

/** Elements before the place are counted, which needs no loop and fuses. */
function insertionPoints(
  op: string,
  sequence: Tensor,
  values: Tensor,
  side: 'left' | 'right',
): Tensor {
  if (sequence.rank !== 1) {
    throw new ShapeError(
      `${op}: the sorted values must be a vector, got shape [${sequence.shape.join(', ')}].`,
    );
  }
  const wide = primitives.reshape(values, [...values.shape, 1]);
  const [edges, places] = align([sequence, wide]) as [Tensor, Tensor];
  const before = primitives.compare(side === 'left' ? 'lt' : 'le', edges, places);
  return primitives.sum(primitives.cast(before, 'int32'), [values.rank]);
}
