/** Windows and scattered positions: read, replaced, added to. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Variable } from '../../variable.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { wrapped } from '../steps.ts';
import { indexOf, indexTensor, product, tensorOf } from '../values.ts';

/** The first cell of a window: numbers, or an int32 tensor when they are computed. */
export type Start = readonly number[] | Tensor | Variable;

/**
 * A window.
 *
 * @param startIndices Its first cell. Computed starts clamp so that the window fits.
 * @param shape Its size; −1 goes to the end (needs starts given as numbers).
 */
export function slice<A extends Operand>(
  inputs: A,
  startIndices: Start,
  shape: readonly number[],
): Out<A> {
  const computed = !Array.isArray(startIndices);
  const operands: Operand[] = computed ? [inputs, startIndices] : [inputs];
  return apply('slice', operands, { startIndices, shape }, ([a, b]) => {
    const x = tensorOf(a!);
    if (shape.length !== x.rank) {
      throw new ShapeError(
        `slice: ${shape.length} sizes for a tensor of shape [${x.shape.join(', ')}].`,
      );
    }
    if (computed) return primitives.dynamicSlice(x, indexOf(b!), shape);
    const starts = startIndices as readonly number[];
    const limits = x.shape.map((size, i) =>
      shape[i] === -1 ? size : (starts[i] ?? 0) + shape[i]!,
    );
    const fits = starts.length === x.rank && limits.every((limit, i) => limit <= x.shape[i]!);
    if (!fits || starts.some((start, i) => start < 0 || start > limits[i]!)) {
      throw new ShapeError(
        `slice: the window of size [${shape.join(', ')}] at [${starts.join(', ')}] leaves the ` +
          `tensor of shape [${x.shape.join(', ')}].`,
      );
    }
    return primitives.slice(x, starts, limits);
  }) as Out<A>;
}

/** A tensor with a window replaced. Starts clamp so that the window fits. */
export function sliceUpdate<A extends Operand, B extends Operand>(
  inputs: A,
  startIndices: Start,
  updates: B,
): Out<A | B> {
  const computed = !Array.isArray(startIndices);
  const operands = [inputs, updates, ...(computed ? [startIndices] : [])] as Operand[];
  return apply('sliceUpdate', operands, { startIndices }, ([a, b, c]) => {
    const x = tensorOf(a!);
    const update = primitives.cast(tensorOf(b!), x.dtype);
    const starts = computed ? indexOf(c!) : indexTensor(startIndices as readonly number[]);
    return primitives.dynamicUpdateSlice(x, update, starts);
  }) as Out<A | B>;
}

interface Rows {
  /** Flat index into the indexed axes; −1 where out of range. */
  readonly flat: Tensor;
  /** The sizes of the axes that the indices do not cover. */
  readonly rest: readonly number[];
  /** Number of places in the indexed axes. */
  readonly places: number;
}

/** Index tuples in the last axis as flat row numbers. */
function rowsOf(op: string, indices: Tensor, shape: readonly number[]): Rows {
  const depth = indices.shape.at(-1);
  if (depth === undefined || depth > shape.length) {
    throw new ShapeError(
      `${op}: indices of shape [${indices.shape.join(', ')}] must hold on their last axis at most ` +
        `one index per axis of [${shape.join(', ')}].`,
    );
  }
  const indexed = shape.slice(0, depth);
  const outer = indices.shape.slice(0, -1);
  let flat = primitives.full([product(outer)], 0, 'int32');
  let valid: Tensor | undefined;
  const table = primitives.reshape(indices, [product(outer), depth]);
  indexed.forEach((size, axis) => {
    const column = primitives.slice(table, [0, axis], [product(outer), axis + 1]);
    const index = wrapped(primitives.reshape(column, [product(outer)]), size);
    const inside = f.and(f.ge(index, 0), f.lt(index, size));
    valid = valid === undefined ? inside : f.and(valid, inside);
    flat = f.add(f.mul(flat, size), index);
  });
  return {
    flat: valid === undefined ? flat : f.where(valid, flat, -1),
    rest: shape.slice(depth),
    places: product(indexed),
  };
}

function scattered(
  into: Tensor,
  { flat, rest, places }: Rows,
  updates: Tensor,
  mode: 'set' | 'add' | 'min' | 'max',
): Tensor {
  const width = product(rest);
  const table = primitives.reshape(into, [places, width]);
  const rows = primitives.reshape(updates, [flat.size, width]);
  const result = primitives.scatter(table, flat, rows, { axis: 0, batchDims: 0, mode });
  return primitives.reshape(result, into.shape);
}

/**
 * Values added up at positions of a tensor of zeros.
 *
 * @param indices Positions on the last axis: [count, axes].
 * @param values One element, or one slice of the axes not indexed, per position.
 * @param shape Shape of the result.
 */
export function scatter<A extends Operand, B extends Operand>(
  indices: A,
  values: B,
  shape: readonly number[],
): Out<A | B> {
  return apply('scatter', [indices, values] as Operand[], { shape }, ([a, b]) => {
    const updates = tensorOf(b!);
    const rows = rowsOf('scatter', indexOf(a!), shape);
    return scattered(primitives.full(shape, 0, updates.dtype), rows, updates, 'add');
  }) as Out<A | B>;
}

/** How {@link scatterUpdate} joins an update with what is there. */
export type ScatterReduction = 'add' | 'max' | 'min' | 'mul';

/**
 * A tensor with values written, or joined, at positions.
 *
 * @param indices Positions on the last axis: [count, axes]; others out of range are dropped.
 * @param updates One element, or one slice of the axes not indexed, per position.
 * @param options `reduction`: null (default) writes, of equal positions the last one.
 */
export function scatterUpdate<A extends Operand, B extends Operand, C extends Operand>(
  inputs: A,
  indices: B,
  updates: C,
  options: { readonly reduction?: ScatterReduction | null | undefined } = {},
): Out<A | B | C> {
  checkOptions('scatterUpdate', options, 'reduction');
  const reduction = options.reduction ?? 'set';
  const operands = [inputs, indices, updates] as Operand[];
  return apply('scatterUpdate', operands, options, ([a, b, c]) => {
    const x = tensorOf(a!);
    const rows = rowsOf('scatterUpdate', indexOf(b!), x.shape);
    const given = primitives.cast(tensorOf(c!), x.dtype);
    const positions = indexOf(b!).shape.slice(0, -1);
    const update = primitives.broadcastTo(given, [...positions, ...rows.rest]);
    switch (reduction) {
      case 'set':
      case 'add':
      case 'max':
      case 'min':
        return scattered(x, rows, update, reduction);
      case 'mul':
        return multiplied(x, rows, update);
      default:
        throw new ArgumentError(
          `scatterUpdate: reduction "${String(reduction)}" must be add, max, min, mul or null.`,
        );
    }
  }) as Out<A | B | C>;
}

/** There is no scatter that multiplies: updates of other places count as 1. */
function multiplied(x: Tensor, { flat, rest, places }: Rows, updates: Tensor): Tensor {
  const width = product(rest);
  const shape = [places, flat.size, width];
  const mine = f.eq(primitives.broadcast(flat, shape, [1]), primitives.iota(shape, 0, 'int32'));
  const rows = primitives.reshape(updates, [flat.size, width]);
  const spread = primitives.broadcast(rows, shape, [1, 2]);
  const factors = primitives.reduce('prod', f.where(mine, spread, 1), [1]);
  const result = primitives.mul(primitives.reshape(x, [places, width]), factors);
  return primitives.reshape(result, x.shape);
}
