/** Reading at computed positions. Negative indices count from the end, others out of range clamp. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { fromHost } from '../../trace/from-host.ts';
import { apply } from '../apply.ts';
import { concrete } from '../concrete.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { align, broadcastShapes, checkAxis } from '../promote.ts';
import { compacted, movedAxes, reshaped, wrapped } from '../steps.ts';
import { indexOf, product, range, tensorOf } from '../values.ts';

/** Options of {@link take} and {@link takeAlongAxis}. */
export interface TakeOptions {
  /** Axis to index; the flattened tensor by default. */
  readonly axis?: number | null | undefined;
}

/** Elements of an axis at integer indices of any shape, which replaces that axis. */
export function take<A extends Operand, B extends Operand>(
  x: A,
  indices: B,
  options: TakeOptions = {},
): Out<A | B> {
  checkOptions('take', options, 'axis');
  return apply('take', [x, indices] as Operand[], options, ([a, b]) => {
    const given = tensorOf(a!);
    const flat = options.axis === null || options.axis === undefined;
    const value = flat ? reshaped(given, [-1]) : given;
    const axis = checkAxis(options.axis ?? 0, value.rank, 'take');
    return primitives.gather(value, wrapped(indexOf(b!), value.shape[axis]!), axis);
  }) as Out<A | B>;
}

/** For each row along an axis, its elements at the indices of that row. */
export function takeAlongAxis<A extends Operand, B extends Operand>(
  x: A,
  indices: B,
  options: TakeOptions = {},
): Out<A | B> {
  checkOptions('takeAlongAxis', options, 'axis');
  return apply('takeAlongAxis', [x, indices] as Operand[], options, ([a, b]) => {
    const flat = options.axis === null || options.axis === undefined;
    const value = flat ? reshaped(tensorOf(a!), [-1]) : tensorOf(a!);
    const positions = flat ? reshaped(indexOf(b!), [-1]) : indexOf(b!);
    return alongAxis(value, positions, checkAxis(options.axis ?? 0, value.rank, 'takeAlongAxis'));
  }) as Out<A | B>;
}

function alongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  if (indices.rank !== x.rank) {
    throw new ShapeError(
      `takeAlongAxis: indices of shape [${indices.shape.join(', ')}] must have as many axes as ` +
        `the tensor of shape [${x.shape.join(', ')}].`,
    );
  }
  const last = movedAxes(x, axis, -1);
  const places = movedAxes(indices, axis, -1);
  const batch = broadcastShapes(last.shape.slice(0, -1), places.shape.slice(0, -1));
  const size = last.shape.at(-1)!;
  const count = places.shape.at(-1)!;
  const rows = product(batch);
  const table = reshaped(primitives.broadcastTo(last, [...batch, size]), [rows, size]);
  const spots = reshaped(primitives.broadcastTo(places, [...batch, count]), [rows, count]);
  const found = primitives.gather(table, wrapped(spots, size), 1, 1);
  return movedAxes(reshaped(found, [...batch, count]), -1, axis);
}

/** A range of an axis, as Python's `start:stop:step`; absent parts are the whole axis. */
export interface Slice {
  readonly start?: number | null | undefined;
  readonly stop?: number | null | undefined;
  readonly step?: number | null | undefined;
}

/** One entry of a key: an index, a range, `null` for a new axis, '...' for the axes between. */
export type KeyItem = number | Slice | null | '...';

/**
 * What `x[key]` is in Python.
 *
 * @example
 * ops.getItem(x, ['...', { start: 1 }, 0]); // x[..., 1:, 0]
 */
export function getItem<A extends Operand>(x: A, key: KeyItem | readonly KeyItem[]): Out<A> {
  const items: readonly KeyItem[] = Array.isArray(key) ? key : [key as KeyItem];
  return apply('getItem', [x] as Operand[], { key: items }, ([a]) =>
    itemOf(tensorOf(a!), items),
  ) as Out<A>;
}

function itemOf(x: Tensor, items: readonly KeyItem[]): Tensor {
  const used = items.filter((item) => item !== null && item !== '...').length;
  if (used > x.rank || items.filter((item) => item === '...').length > 1) {
    throw new ArgumentError(
      `getItem: ${used} indices for a tensor of rank ${x.rank}; give at most one per axis, and ` +
        'one "...".',
    );
  }
  const between = range(x.rank - used).map((): KeyItem => ({}));
  const at = items.indexOf('...');
  const full =
    at < 0 ? [...items, ...between] : [...items.slice(0, at), ...between, ...items.slice(at + 1)];
  const start: number[] = [];
  const limit: number[] = [];
  const strides: number[] = [];
  const reversed: number[] = [];
  const shape: number[] = [];
  for (const item of full) {
    if (item === null || item === '...') {
      shape.push(1);
      continue;
    }
    const axis = start.length;
    const size = x.shape[axis]!;
    if (typeof item === 'number') {
      const index = item < 0 ? item + size : item;
      if (!Number.isInteger(item) || index < 0 || index >= size) {
        throw new ShapeError(`getItem: index ${item} is out of range for axis ${axis} of ${size}.`);
      }
      start.push(index);
      limit.push(index + 1);
      strides.push(1);
      continue;
    }
    const found = sliceOf(item, size);
    start.push(found.start);
    limit.push(found.limit);
    strides.push(found.stride);
    if (found.reversed) reversed.push(axis);
    shape.push(found.count);
  }
  const cut = primitives.slice(x, start, limit, strides);
  return primitives.reshape(primitives.reverse(cut, reversed), shape);
}

/** Python's slice rules; a negative step reads the same elements backwards. */
function sliceOf(
  item: Slice,
  size: number,
): { start: number; limit: number; stride: number; count: number; reversed: boolean } {
  const step = item.step ?? 1;
  if (!Number.isInteger(step) || step === 0) {
    throw new ArgumentError(`getItem: step ${step} must be a whole number other than 0.`);
  }
  const bound = (value: number | null | undefined, fallback: number): number => {
    if (value === null || value === undefined) return fallback;
    const index = value < 0 ? value + size : value;
    return step > 0 ? Math.min(Math.max(index, 0), size) : Math.min(Math.max(index, -1), size - 1);
  };
  const from = bound(item.start, step > 0 ? 0 : size - 1);
  const to = bound(item.stop, step > 0 ? size : -1);
  const count = Math.max(Math.ceil((to - from) / step), 0);
  if (count === 0) return { start: 0, limit: 0, stride: 1, count, reversed: false };
  const last = from + (count - 1) * step;
  const low = Math.min(from, last);
  const high = Math.max(from, last);
  return { start: low, limit: high + 1, stride: Math.abs(step), count, reversed: step < 0 };
}

/** The coordinates, one int32 tensor per axis, of flat indices into a shape. */
export function unravelIndex<A extends Operand>(indices: A, shape: readonly number[]): Out<A>[] {
  return apply('unravelIndex', [indices] as Operand[], { shape }, ([a]) => {
    const size = product(shape);
    let rest = wrapped(indexOf(a!), size);
    rest = primitives.binary('max', rest, primitives.fullLike(rest, 0));
    rest = primitives.binary('min', rest, primitives.fullLike(rest, size - 1));
    const coordinates: Tensor[] = [];
    for (const length of shape.toReversed()) {
      const divisor = primitives.fullLike(rest, length);
      coordinates.unshift(primitives.binary('rem', rest, divisor));
      rest = primitives.div(rest, divisor);
    }
    return coordinates;
  }) as Out<A>[];
}

/**
 * Elements of the first choice whose condition holds, else the default.
 *
 * @param options `default`: what stands where no condition holds. Default 0.
 */
export function select<A extends Operand, B extends Operand>(
  condlist: readonly A[],
  choicelist: readonly B[],
  options: { readonly default?: Operand } = {},
): Out<A | B> {
  checkOptions('select', options, 'default');
  if (condlist.length !== choicelist.length || condlist.length === 0) {
    throw new ArgumentError(
      `select: ${condlist.length} conditions and ${choicelist.length} choices; give as many of ` +
        'both, at least one.',
    );
  }
  const operands = [...condlist, ...choicelist, options.default ?? 0] as Operand[];
  return apply('select', operands, {}, (values) => {
    const conditions = values.slice(0, condlist.length).map(tensorOf);
    const [first, ...others] = align(values.slice(condlist.length)) as [Tensor, ...Tensor[]];
    const shape = broadcastShapes(first.shape, ...conditions.map((one) => one.shape));
    const fallback = others.at(-1) ?? first;
    const choices = [first, ...others].slice(0, condlist.length);
    return conditions.reduceRight(
      (rest, condition, i) =>
        primitives.select(
          primitives.broadcastTo(primitives.cast(condition, 'bool'), shape),
          primitives.broadcastTo(choices[i]!, shape),
          rest,
        ),
      primitives.broadcastTo(fallback, shape),
    );
  }) as Out<A | B>;
}

/** Options of {@link nonzero}. */
export interface NonzeroOptions {
  /** How many positions to give; makes the shape known. Missing ones are `fillValue`. */
  readonly size: number;
  /** Default 0. */
  readonly fillValue?: number;
}

/**
 * Coordinates of the elements that are not zero, one int32 tensor per axis, in row-major order.
 *
 * Their number depends on data: without `size` the result is a promise, and inside a trace an
 * error.
 */
export function nonzero<A extends Operand>(x: A): Promise<Tensor[]>;
export function nonzero<A extends Operand>(x: A, options: NonzeroOptions): Out<A>[];
export function nonzero<A extends Operand>(
  x: A,
  options?: NonzeroOptions,
): Promise<Tensor[]> | Out<A>[] {
  if (options === undefined) return nonzeroOnHost(concrete('nonzero', 'size', x));
  checkOptions('nonzero', options, 'size fillValue');
  return apply('nonzero', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    const mask = primitives.cast(reshaped(value, [-1]), 'bool');
    const fill = primitives.full([options.size], options.fillValue ?? 0, 'int32');
    const places = compacted(mask, options.size);
    let rest = places.positions;
    const coordinates: Tensor[] = [];
    for (const length of value.shape.toReversed()) {
      const divisor = primitives.fullLike(rest, length);
      const coordinate = primitives.binary('rem', rest, divisor);
      coordinates.unshift(primitives.select(places.valid, coordinate, fill));
      rest = primitives.div(rest, divisor);
    }
    return coordinates;
  }) as Out<A>[];
}

async function nonzeroOnHost(value: Tensor): Promise<Tensor[]> {
  const data = await value.data();
  const flat: number[] = [];
  for (let i = 0; i < data.length; i++) if (Number(data[i]) !== 0) flat.push(i);
  const strides = value.shape.map((_, axis) => product(value.shape.slice(axis + 1)));
  return value.shape.map((size, axis) => {
    const coordinates = Int32Array.from(flat, (i) => Math.floor(i / strides[axis]!) % size);
    return fromHost(coordinates, { shape: [flat.length], dtype: 'int32' });
  });
}
