/** Ops that reorder and repeat elements: flip, roll, rot90, tile, repeat, pad. */
import { ArgumentError, ShapeError, UnsupportedError } from '../../errors.ts';
import { isTypedArray, type TypedArray } from '../../tensor/host.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { currentTrace } from '../../trace/trace.ts';
import { Variable } from '../../variable.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { as, checkAxes, checkAxis } from '../promote.ts';
import { reshaped } from '../steps.ts';
import { indexTensor, range, tensorOf } from '../values.ts';

/** Elements in reverse order along axes (all by default). */
export function flip<A extends Operand>(
  x: A,
  options: { readonly axis?: number | readonly number[] | null | undefined } = {},
): Out<A> {
  checkOptions('flip', options, 'axis');
  return apply('flip', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    return primitives.reverse(value, checkAxes(options.axis, value.rank, 'flip'));
  }) as Out<A>;
}

/** Left and right exchanged: reversed along axis 1. */
export function fliplr<A extends Operand>(x: A): Out<A> {
  return apply('fliplr', [x] as Operand[], {}, ([a]) => {
    const value = tensorOf(a!);
    return primitives.reverse(value, [checkAxis(1, value.rank, 'fliplr')]);
  }) as Out<A>;
}

/** Up and down exchanged: reversed along axis 0. */
export function flipud<A extends Operand>(x: A): Out<A> {
  return apply('flipud', [x] as Operand[], {}, ([a]) => {
    const value = tensorOf(a!);
    return primitives.reverse(value, [checkAxis(0, value.rank, 'flipud')]);
  }) as Out<A>;
}

/** Elements moved along axes; what leaves at the end comes in at the start. Flat without `axis`. */
export function roll<A extends Operand>(
  x: A,
  shift: number | readonly number[],
  options: { readonly axis?: number | readonly number[] | null | undefined } = {},
): Out<A> {
  checkOptions('roll', options, 'axis');
  return apply('roll', [x] as Operand[], { shift, ...options }, ([a]) => {
    const value = tensorOf(a!);
    const { axis } = options;
    if (axis === null || axis === undefined) {
      const total = typeof shift === 'number' ? shift : shift.reduce((p, q) => p + q, 0);
      return primitives.reshape(rolled(reshaped(value, [-1]), total, 0), value.shape);
    }
    const axes = typeof axis === 'number' ? [axis] : axis;
    return axes.reduce((current, one, i) => {
      const by = typeof shift === 'number' ? shift : (shift[i] ?? shift[0] ?? 0);
      return rolled(current, by, checkAxis(one, value.rank, 'roll'));
    }, value);
  }) as Out<A>;
}

function rolled(x: Tensor, shift: number, axis: number): Tensor {
  const size = x.shape[axis]!;
  const by = size === 0 ? 0 : ((shift % size) + size) % size;
  if (by === 0) return x;
  const part = (from: number, to: number): Tensor => {
    const start = x.shape.map((_, i) => (i === axis ? from : 0));
    const limit = x.shape.map((n, i) => (i === axis ? to : n));
    return primitives.slice(x, start, limit);
  };
  return primitives.concat([part(size - by, size), part(0, size - by)], axis);
}

/** A plane turned by k · 90°, from the first axis towards the second. */
export function rot90<A extends Operand>(
  array: A,
  options: { readonly k?: number; readonly axes?: readonly number[] } = {},
): Out<A> {
  checkOptions('rot90', options, 'k axes');
  return apply('rot90', [array] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    const { k = 1, axes = [0, 1] } = options;
    const [first, second] = axes.map((axis) => checkAxis(axis, value.rank, 'rot90'));
    if (first === undefined || second === undefined || first === second || axes.length !== 2) {
      throw new ArgumentError(`rot90: axes [${axes.join(', ')}] must be two different axes.`);
    }
    const turns = ((k % 4) + 4) % 4;
    const swapped = range(value.rank);
    swapped[first] = second;
    swapped[second] = first;
    if (turns === 0) return value;
    if (turns === 2)
      return primitives.reverse(
        value,
        [first, second].sort((p, q) => p - q),
      );
    if (turns === 1) return primitives.transpose(primitives.reverse(value, [second]), swapped);
    return primitives.reverse(primitives.transpose(value, swapped), [second]);
  }) as Out<A>;
}

/** The tensor repeated as a whole along axes. */
export function tile<A extends Operand>(x: A, repeats: number | readonly number[]): Out<A> {
  return apply('tile', [x] as Operand[], { repeats }, ([a]) => {
    const value = tensorOf(a!);
    const given = typeof repeats === 'number' ? [repeats] : [...repeats];
    const rank = Math.max(given.length, value.rank);
    const counts = [...range(rank - given.length).map(() => 1), ...given];
    const sizes = [...range(rank - value.rank).map(() => 1), ...value.shape];
    const wide = primitives.reshape(
      value,
      sizes.flatMap((size) => [1, size]),
    );
    const spread = primitives.broadcastTo(
      wide,
      sizes.flatMap((size, i) => [counts[i]!, size]),
    );
    return primitives.reshape(
      spread,
      sizes.map((size, i) => size * counts[i]!),
    );
  }) as Out<A>;
}

/** Options of {@link repeat}. */
export interface RepeatOptions {
  /** Axis along which elements are repeated; the flattened tensor by default. */
  readonly axis?: number | null | undefined;
}

/**
 * Every element repeated, next to itself.
 *
 * @param repeats How often: a number for all, or one per element of the axis. As a tensor the
 *   shape of the result depends on data, so it is a promise (and an error inside a trace).
 */
export function repeat<A extends Operand>(
  x: A,
  repeats: number | readonly number[] | TypedArray,
  options?: RepeatOptions,
): Out<A>;
export function repeat<A extends Operand>(
  x: A,
  repeats: Tensor | Variable,
  options?: RepeatOptions,
): Promise<Out<A>>;
export function repeat<A extends Operand>(
  x: A,
  repeats: number | readonly number[] | TypedArray | Tensor | Variable,
  options: RepeatOptions = {},
): Out<A> | Promise<Out<A>> {
  checkOptions('repeat', options, 'axis');
  if (repeats instanceof Tensor || repeats instanceof Variable) {
    if (currentTrace() !== undefined) {
      throw new UnsupportedError(
        'repeat with repeats as a tensor gives a shape that depends on data; inside a trace pass ' +
          'repeats as a number or as an array of numbers.',
      );
    }
    const counts = repeats instanceof Tensor ? repeats : repeats.value;
    return counts.data().then((data) => repeat(x, Array.from(data, Number), options));
  }
  const counts = isTypedArray(repeats) ? Array.from(repeats, Number) : repeats;
  return apply('repeat', [x] as Operand[], { repeats: counts, ...options }, ([a]) => {
    const given = tensorOf(a!);
    const flat = options.axis === null || options.axis === undefined;
    const value = flat ? reshaped(given, [-1]) : given;
    return repeated(value, counts, checkAxis(options.axis ?? 0, value.rank, 'repeat'));
  }) as Out<A>;
}

function repeated(x: Tensor, repeats: number | readonly number[], axis: number): Tensor {
  const size = x.shape[axis]!;
  const one =
    typeof repeats === 'number' ? repeats : repeats.length === 1 ? repeats[0]! : undefined;
  if (one !== undefined) {
    const before = x.shape.slice(0, axis);
    const after = x.shape.slice(axis + 1);
    const wide = primitives.reshape(x, [...before, size, 1, ...after]);
    const spread = primitives.broadcastTo(wide, [...before, size, one, ...after]);
    return primitives.reshape(spread, [...before, size * one, ...after]);
  }
  const counts = repeats as readonly number[];
  if (counts.length !== size) {
    throw new ShapeError(
      `repeat: ${counts.length} repeats for axis ${axis} of size ${size}; give one number, or one ` +
        'per element.',
    );
  }
  const indices = counts.flatMap((count, i) => range(count).map(() => i));
  return primitives.gather(x, indexTensor(indices), axis);
}

/** Options of {@link pad}. */
export interface PadOptions {
  /** What stands in the padding: a constant, or the mirrored edge without or with itself. */
  readonly mode?: 'constant' | 'reflect' | 'symmetric';
  /** The constant. Default 0. */
  readonly constantValues?: Operand | null | undefined;
}

/**
 * A tensor with borders.
 *
 * @param padWidth [before, after] for each axis, one pair for all axes, or one number.
 */
export function pad<A extends Operand>(
  x: A,
  padWidth: number | readonly (readonly number[])[] | readonly number[],
  options: PadOptions = {},
): Out<A> {
  checkOptions('pad', options, 'mode constantValues');
  const { mode = 'constant', constantValues } = options;
  if (!['constant', 'reflect', 'symmetric'].includes(mode)) {
    throw new ArgumentError(`pad: mode "${mode}" must be constant, reflect or symmetric.`);
  }
  if (mode !== 'constant' && constantValues !== undefined && constantValues !== null) {
    throw new ArgumentError(`pad: constantValues belongs to mode "constant", not to "${mode}".`);
  }
  const operands = [x, constantValues] as (Operand | null | undefined)[];
  return apply('pad', operands, { padWidth, mode }, ([a, constant]) => {
    const value = tensorOf(a!);
    const widths = padWidths(padWidth, value.rank);
    if (mode === 'constant') {
      const filler = as(constant ?? 0, value.dtype);
      return primitives.pad(
        value,
        filler,
        widths.map(([before]) => before),
        widths.map(([, after]) => after),
      );
    }
    return widths.reduce((current, [before, after], axis) => {
      if (before === 0 && after === 0) return current;
      const indices = mirrored(value.shape[axis]!, before, after, mode === 'symmetric');
      return primitives.gather(current, indexTensor(indices), axis);
    }, value);
  }) as Out<A>;
}

function padWidths(
  given: number | readonly (readonly number[])[] | readonly number[],
  rank: number,
): (readonly [number, number])[] {
  if (typeof given === 'number') return range(rank).map(() => [given, given]);
  const pairs =
    given.length === 2 && given.every((item) => typeof item === 'number')
      ? [given]
      : (given as readonly (readonly number[])[]).map((item) =>
          typeof item === 'number' ? [item, item] : item,
        );
  const all = pairs.length === 1 ? range(rank).map(() => pairs[0]!) : pairs;
  if (all.length !== rank || all.some((pair) => pair.length !== 2)) {
    throw new ShapeError(
      `pad: padWidth ${JSON.stringify(given)} must be [before, after] for each of ${rank} axes.`,
    );
  }
  return all.map(([before, after]) => [before!, after!]);
}

/** Indices of an axis continued by mirrors at both ends. */
function mirrored(size: number, before: number, after: number, edgeTwice: boolean): number[] {
  const period = edgeTwice ? 2 * size : Math.max(2 * size - 2, 1);
  return range(before + size + after).map((position) => {
    const place = (((position - before) % period) + period) % period;
    if (place < size) return place;
    return edgeTwice ? period - 1 - place : period - place;
  });
}
