/** Reductions over segments: rows with the same id are brought together. */
import { highest, isFloat, lowest } from '../../dtypes.ts';
import { ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { concrete } from '../concrete.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { indexOf, tensorOf } from '../values.ts';

/** Options of segment reductions. */
export interface SegmentOptions {
  /** Number of segments; makes the shape known. */
  readonly numSegments?: number | null | undefined;
  /** Whether the ids are in increasing order; only a hint. Default false. */
  readonly sorted?: boolean;
}

/** Options that make the shape of the result known. */
export type SizedSegmentOptions = SegmentOptions & { readonly numSegments: number };

type Reduction = (data: Tensor, ids: Tensor, count: number) => Tensor;

function segments<A extends Operand, B extends Operand>(
  op: string,
  data: A,
  segmentIds: B,
  options: SegmentOptions,
  reduction: Reduction,
): Out<A | B> | Promise<Out<A | B>> {
  const { numSegments } = options;
  if (numSegments === null || numSegments === undefined) {
    const ids = concrete(op, 'numSegments', segmentIds);
    return ids.data().then((values) => {
      const most = Array.from(values as ArrayLike<number | bigint>, Number).reduce(
        (a, b) => Math.max(a, b),
        -1,
      );
      return segments(op, data, ids, { ...options, numSegments: most + 1 }, reduction);
    }) as Promise<Out<A | B>>;
  }
  return apply(op, [data, segmentIds] as Operand[], options, ([a, b]) => {
    const value = tensorOf(a!);
    const ids = indexOf(b!);
    if (ids.rank !== 1 || value.rank < 1 || ids.size !== value.shape[0]) {
      throw new ShapeError(
        `${op}: segmentIds of shape [${ids.shape.join(', ')}] must give one id for each row of ` +
          `the data of shape [${value.shape.join(', ')}].`,
      );
    }
    return reduction(value, ids, numSegments);
  }) as Out<A | B>;
}

function scattered(mode: 'add' | 'min' | 'max', empty: (data: Tensor) => number): Reduction {
  return (data, ids, count) => {
    const start = primitives.full([count, ...data.shape.slice(1)], empty(data), data.dtype);
    return primitives.scatter(start, ids, data, { axis: 0, batchDims: 0, mode });
  };
}

/** The largest value a dtype has: what the minimum of nothing is. */
const top = ({ dtype }: Tensor): number => (isFloat(dtype) ? Infinity : highest(dtype));
const bottom = ({ dtype }: Tensor): number => (isFloat(dtype) ? -Infinity : lowest(dtype));

/** There is no scatter that multiplies: the rows of other segments count as 1. */
const multiplied: Reduction = (data, ids, count) => {
  const shape = [count, ...data.shape];
  const segment = primitives.iota(shape, 0, 'int32');
  const mine = primitives.compare('eq', primitives.broadcast(ids, shape, [1]), segment);
  const rows = primitives.broadcastTo(data, shape);
  return primitives.reduce(
    'prod',
    primitives.select(mine, rows, primitives.fullLike(rows, 1)),
    [1],
  );
};

/**
 * Sums of the rows of each segment; 0 for a segment without rows.
 *
 * @param segmentIds An integer per row.
 * @param options Without `numSegments` the result is a promise, and inside a trace an error.
 */
export function segmentSum<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options: SizedSegmentOptions,
): Out<A | B>;
export function segmentSum<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options?: SegmentOptions,
): Out<A | B> | Promise<Out<A | B>>;
export function segmentSum<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options: SegmentOptions = {},
): Out<A | B> | Promise<Out<A | B>> {
  checkOptions('segmentSum', options, 'numSegments sorted');
  return segments(
    'segmentSum',
    data,
    segmentIds,
    options,
    scattered('add', () => 0),
  );
}

/** Largest values of the rows of each segment; the lowest of the dtype without rows. */
export function segmentMax<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options: SizedSegmentOptions,
): Out<A | B>;
export function segmentMax<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options?: SegmentOptions,
): Out<A | B> | Promise<Out<A | B>>;
export function segmentMax<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options: SegmentOptions = {},
): Out<A | B> | Promise<Out<A | B>> {
  checkOptions('segmentMax', options, 'numSegments sorted');
  return segments('segmentMax', data, segmentIds, options, scattered('max', bottom));
}

/** Smallest values of the rows of each segment; the highest of the dtype without rows. */
export function segmentMin<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options: SizedSegmentOptions,
): Out<A | B>;
export function segmentMin<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options?: SegmentOptions,
): Out<A | B> | Promise<Out<A | B>>;
export function segmentMin<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options: SegmentOptions = {},
): Out<A | B> | Promise<Out<A | B>> {
  checkOptions('segmentMin', options, 'numSegments sorted');
  return segments('segmentMin', data, segmentIds, options, scattered('min', top));
}

/** Products of the rows of each segment; 1 for a segment without rows. */
export function segmentProd<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options: SizedSegmentOptions,
): Out<A | B>;
export function segmentProd<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options?: SegmentOptions,
): Out<A | B> | Promise<Out<A | B>>;
export function segmentProd<A extends Operand, B extends Operand>(
  data: A,
  segmentIds: B,
  options: SegmentOptions = {},
): Out<A | B> | Promise<Out<A | B>> {
  checkOptions('segmentProd', options, 'numSegments sorted');
  return segments('segmentProd', data, segmentIds, options, multiplied);
}
