/** Counts of values and of ranges. */
import { floatx } from '../../config.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply, type Value } from '../apply.ts';
import { concrete } from '../concrete.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { as, commonFloat } from '../promote.ts';
import { tensorOf } from '../values.ts';

/** Options of {@link bincount}. */
export interface BincountOptions<W extends Operand> {
  /** What each element of x counts, in x's shape; by default 1. */
  readonly weights?: W | null | undefined;
  /**
   * Length of the result. With a positive one the result is static: larger values are not counted.
   * By default it is the largest value of x and one more.
   */
  readonly minlength?: number | undefined;
  /** Accepted for Keras' sake; sparse results are not supported. Default false. */
  readonly sparse?: false | undefined;
}

/**
 * How often each of 0, 1, 2, … occurs in x, a vector of integers or one per row; int32, or the dtype
 * of the weights. Without `minlength` the length depends on the values, so the result is a promise.
 *
 * @throws UnsupportedError inside a trace, without `minlength`.
 *
 * @example
 * await ops.bincount([0, 2, 2]); // [1, 0, 2]
 * ops.bincount([0, 2, 2], { minlength: 4 }); // [1, 0, 2, 0]
 */
export function bincount<A extends Operand, W extends Operand = never>(
  x: A,
  options: BincountOptions<W> & { readonly minlength: number },
): Out<A | W>;
export function bincount<A extends Operand, W extends Operand = never>(
  x: A,
  options?: BincountOptions<W>,
): Promise<Tensor>;
export function bincount(x: Operand, options: BincountOptions<Operand> = {}): unknown {
  checkOptions('bincount', options, 'weights minlength sparse');
  const { weights, minlength = 0 } = options;
  if (!Number.isInteger(minlength) || minlength < 0) {
    throw new ArgumentError(`bincount: minlength must be 0 or a positive whole number.`);
  }
  if (minlength === 0) {
    const [values, each] = [x, weights].map((operand) =>
      operand === null || operand === undefined
        ? undefined
        : concrete('bincount', 'minlength', operand),
    );
    return countToLargest(values!, each);
  }
  const inputs: (Operand | null | undefined)[] = [x, weights];
  return apply('bincount', inputs, { minlength }, (values) => {
    const [value, given] = values as [Value, Value | null | undefined];
    return counts(tensorOf(value), given ?? undefined, minlength);
  });
}

async function countToLargest(x: Tensor, weights: Tensor | undefined): Promise<Tensor> {
  let largest = -1;
  for (const value of await x.data()) largest = Math.max(largest, Number(value));
  return counts(x, weights, largest + 1);
}

function counts(x: Tensor, weights: Value | undefined, length: number): Tensor {
  if (x.rank !== 1 && x.rank !== 2) {
    throw new ShapeError(`bincount: x must be a vector or a matrix, got rank ${x.rank}.`);
  }
  const batch = x.shape.slice(0, -1);
  const each = weights === undefined ? primitives.full([], 1, 'int32') : tensorOf(weights);
  const updates = primitives.broadcastTo(each, x.shape);
  const start = primitives.full([...batch, length], 0, updates.dtype);
  const place = { axis: batch.length, batchDims: batch.length, mode: 'add' } as const;
  // Values out of range are dropped by the scatter.
  return primitives.scatter(start, primitives.cast(x, 'int32'), updates, place);
}

/** Options of {@link histogram}. */
export interface HistogramOptions {
  /** Number of bins of equal width. Default 10. */
  readonly bins?: number | undefined;
  /** Lowest and highest edge; by default the least and the greatest value. */
  readonly range?: readonly [low: number, high: number] | null | undefined;
}

/**
 * How many elements fall in each of `bins` equal ranges, and the edges of these; floats. The last
 * range includes its upper edge.
 *
 * @example
 * const [counts, edges] = ops.histogram([1, 2, 1], { bins: 2 }); // [2, 1], [1, 1.5, 2]
 */
export function histogram<A extends Operand>(
  x: A,
  options: HistogramOptions = {},
): [counts: Out<A>, edges: Out<A>] {
  checkOptions('histogram', options, 'bins range');
  const { bins = 10 } = options;
  if (!Number.isInteger(bins) || bins < 1) {
    throw new ArgumentError(`histogram: bins must be a positive whole number, got ${bins}.`);
  }
  if (options.range && options.range[0] > options.range[1]) {
    throw new ArgumentError('histogram: the low end of range must not be above the high end.');
  }
  return apply('histogram', [x] as Operand[], options, ([value]) => {
    const own = as(value!, commonFloat(value!));
    const flat = primitives.reshape(own, [own.size]);
    const edges = edgesOf(flat, bins, options.range ?? undefined);
    return [countsBetween(flat, edges), edges];
  }) as [Out<A>, Out<A>];
}

function edgesOf(x: Tensor, bins: number, given: readonly [number, number] | undefined): Tensor {
  const [low, high] =
    given !== undefined
      ? [primitives.full([], given[0], x.dtype), primitives.full([], given[1], x.dtype)]
      : x.size === 0
        ? [primitives.full([], 0, x.dtype), primitives.full([], 1, x.dtype)]
        : [primitives.reduce('min', x, [0]), primitives.reduce('max', x, [0])];
  // One value alone gets a range of width 1 around it.
  const isPoint = f.eq(low, high);
  const first = f.where(isPoint, f.sub(low, 0.5), low);
  const last = f.where(isPoint, f.add(high, 0.5), high);
  const lay = (t: Tensor): Tensor => primitives.broadcastTo(t, [bins + 1]);
  const step = f.div(primitives.iota([bins + 1], 0, x.dtype), bins);
  return f.add(f.mul(lay(first), f.sub(1, step)), f.mul(lay(last), step));
}

/** From how many elements reach each edge; the last one counts only what lies beyond it. */
function countsBetween(x: Tensor, edges: Tensor): Tensor {
  const bins = edges.size - 1;
  const shape = [bins + 1, x.size];
  const values = primitives.broadcast(x, shape, [1]);
  const borders = primitives.broadcast(edges, shape, [0]);
  const isLast = f.eq(primitives.iota(shape, 0, 'int32'), bins);
  const reaches = primitives.select(isLast, f.gt(values, borders), f.ge(values, borders));
  const reached = primitives.sum(primitives.cast(reaches, 'int32'), [1]);
  const [from, to] = [0, 1].map((start) => primitives.slice(reached, [start], [start + bins]));
  return primitives.cast(f.sub(from!, to!), floatx());
}
