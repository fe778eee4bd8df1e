/**
 * `unique`. How many values there are depends on data: on the host the result is a promise; with
 * `size` it is a graph of sort, cumulative sum and scatter.
 */
import { UnsupportedError } from '../../errors.ts';
import { encode } from '../../tensor/host.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { fromHost } from '../../trace/from-host.ts';
import { apply } from '../apply.ts';
import { concrete } from '../concrete.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxis } from '../promote.ts';
import { movedAxes, reshaped } from '../steps.ts';
import { product, range, tensorOf } from '../values.ts';

/** Options of {@link unique}. */
export interface UniqueOptions {
  /** The values come in increasing order; always true. */
  readonly sorted?: boolean;
  /** Also give the first position of each value. Default false. */
  readonly returnIndex?: boolean;
  /** Also give, for each element, the position of its value. Default false. */
  readonly returnInverse?: boolean;
  /** Also give how often each value occurs. Default false. */
  readonly returnCounts?: boolean;
  /** Slices of this axis are compared as a whole; the flattened tensor by default. */
  readonly axis?: number | null | undefined;
  /** Number of values to give; makes the shape known. */
  readonly size?: number | null | undefined;
  /** What stands where there are fewer than `size`; the smallest value by default. */
  readonly fillValue?: number | null | undefined;
}

/**
 * The different values of a tensor in increasing order; with a `return…` option a list that begins
 * with them.
 *
 * Without `size` the result is a promise, and inside a trace an error.
 */
export function unique<A extends Operand>(
  x: A,
  options: UniqueOptions & { readonly size: number },
): Out<A> | Out<A>[];
export function unique<A extends Operand>(
  x: A,
  options?: UniqueOptions & { readonly size?: null | undefined },
): Promise<Tensor | Tensor[]>;
export function unique<A extends Operand>(
  x: A,
  options: UniqueOptions = {},
): Out<A> | Out<A>[] | Promise<Tensor | Tensor[]> {
  checkOptions(
    'unique',
    options,
    'sorted returnIndex returnInverse returnCounts axis size fillValue',
  );
  const { size, axis } = options;
  if (size === null || size === undefined) {
    return uniqueOnHost(concrete('unique', 'size', x), options);
  }
  if (axis !== null && axis !== undefined) {
    throw new UnsupportedError('unique with both size and axis: leave one of them out.');
  }
  return apply('unique', [x] as Operand[], options, ([a]) =>
    only(uniqueInGraph(tensorOf(a!), size, options), options),
  ) as unknown as Out<A>;
}

interface Found<T> {
  readonly values: T;
  readonly index: T;
  readonly inverse: T;
  readonly counts: T;
}

function only<T>(found: Found<T>, options: UniqueOptions): T | T[] {
  const list = [found.values];
  if (options.returnIndex === true) list.push(found.index);
  if (options.returnInverse === true) list.push(found.inverse);
  if (options.returnCounts === true) list.push(found.counts);
  return list.length === 1 ? list[0]! : list;
}

function uniqueInGraph(x: Tensor, size: number, options: UniqueOptions): Found<Tensor> {
  const flat = reshaped(x, [-1]);
  const count = flat.size;
  const comparable = flat.dtype === 'bool' ? primitives.cast(flat, 'uint8') : flat;
  const [sorted, order] = primitives.sort(comparable, 0);
  const before = primitives.concat(
    [primitives.slice(sorted, [0], [1]), primitives.slice(sorted, [0], [count - 1])],
    0,
  );
  // The first element starts a group too, which makes group 0 the first value.
  const starts = primitives.cast(primitives.compare('ne', sorted, before), 'int32');
  const group = primitives.cumulative('sum', starts, 0);
  const place = { axis: 0, batchDims: 0 };
  const { fillValue } = options;
  const first = primitives.reshape(primitives.slice(sorted, [0], [1]), []);
  const filler =
    fillValue === null || fillValue === undefined
      ? primitives.broadcastTo(first, [size])
      : primitives.full([size], fillValue, sorted.dtype);
  const ints = (shape: readonly number[], value: number): Tensor =>
    primitives.full(shape, value, 'int32');
  const values = primitives.scatter(filler, group, sorted, { ...place, mode: 'set' });
  const index = primitives.scatter(ints([size], count), group, order, { ...place, mode: 'min' });
  const inverse = primitives.scatter(ints([count], 0), order, group, { ...place, mode: 'set' });
  const ones = ints([count], 1);
  const counts = primitives.scatter(ints([size], 0), group, ones, { ...place, mode: 'add' });
  const used = primitives.compare('gt', counts, ints([size], 0));
  return {
    values: primitives.cast(values, x.dtype),
    index: primitives.select(used, index, ints([size], 0)),
    inverse: primitives.reshape(inverse, x.shape),
    counts,
  };
}

async function uniqueOnHost(given: Tensor, options: UniqueOptions): Promise<Tensor | Tensor[]> {
  const whole = options.axis === null || options.axis === undefined;
  const axis = checkAxis(options.axis ?? 0, Math.max(given.rank, 1), 'unique');
  const value = whole ? reshaped(given, [-1]) : movedAxes(given, axis, 0);
  const rows = value.shape[0]!;
  const width = product(value.shape.slice(1));
  const data = Array.from((await value.data()) as ArrayLike<number | bigint>, Number);
  const compare = (a: number, b: number): number => {
    for (let i = 0; i < width; i++) {
      const order = compareNumbers(data[a * width + i]!, data[b * width + i]!);
      if (order !== 0) return order;
    }
    return 0;
  };
  const order = range(rows).sort((a, b) => compare(a, b) || a - b);
  const firsts: number[] = [];
  const counts: number[] = [];
  const inverse = new Array<number>(rows).fill(0);
  for (const row of order) {
    const last = firsts.at(-1);
    if (last === undefined || compare(last, row) !== 0) {
      firsts.push(row);
      counts.push(0);
    }
    counts[counts.length - 1]! += 1;
    inverse[row] = firsts.length - 1;
  }
  const ints = (values: readonly number[], shape = [values.length]): Tensor =>
    fromHost(Int32Array.from(values), { shape, dtype: 'int32' });
  const kept = firsts.flatMap((row) => data.slice(row * width, (row + 1) * width));
  const shape = [firsts.length, ...value.shape.slice(1)];
  const values = fromHost(encode(kept, given.dtype), { shape, dtype: given.dtype });
  return only(
    {
      values: whole ? values : movedAxes(values, 0, axis),
      index: ints(firsts),
      inverse: ints(inverse, whole ? [...given.shape] : [rows]),
      counts: ints(counts),
    },
    options,
  );
}

/** NaN last, and every NaN different from the next, as in NumPy without `equal_nan`. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
  return a - b || 0;
}
