/** Choice by a condition, and the places where a condition holds. */
import type { Operand, Out } from '../../tensor/operand.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { requireValues } from '../data-dependent.ts';
import * as f from '../formula.ts';
import * as primitives from '../primitives/functions.ts';
import { align, as, broadcastShapes, commonDType } from '../promote.ts';
import { ownTensor } from './pointwise.ts';

/** Options of {@link where} and `nonzero` for a static result. */
export interface PlacesOptions {
  /** Number of places in the result: further ones are dropped, missing ones filled. */
  readonly size: number;
  /** Index that stands for missing places. Default 0. */
  readonly fillValue?: number | undefined;
}

/**
 * x1 where the condition holds, else x2, in their common dtype.
 *
 * With the condition alone: the int32 indices of its true elements, one tensor per axis. How many
 * there are depends on the values, so that form gives a promise; with `size` it is static and can be
 * traced.
 *
 * @throws UnsupportedError for the condition alone inside a trace, without `size`.
 *
 * @example
 * ops.where(ops.greater(x, 0), x, 0);
 * const [rows, columns] = await ops.where([[true, false], [false, true]]); // [0, 1], [0, 1]
 */
export function where<C extends Operand, A extends Operand, B extends Operand>(
  condition: C,
  x1: A,
  x2: B,
): Out<C | A | B>;
export function where<C extends Operand>(condition: C, options: PlacesOptions): Out<C>[];
export function where(condition: Operand): Promise<Tensor[]>;
export function where(condition: Operand, x1?: Operand | PlacesOptions, x2?: Operand): unknown {
  if (x2 === undefined) return places('where', condition, x1 as PlacesOptions | undefined);
  return apply('where', [condition, x1, x2] as Operand[], {}, ([test, a, b]) => {
    const c = as(ownTensor(test!), 'bool');
    const dtype = commonDType(a!, b!);
    const [x, y] = align([a!, b!], dtype) as [Tensor, Tensor];
    const shape = broadcastShapes(c.shape, x.shape);
    const lay = (t: Tensor): Tensor => primitives.broadcastTo(t, shape);
    return primitives.select(lay(c), lay(x), lay(y));
  });
}

/** Indices of non-zero elements, one int32 tensor per axis: a promise unless `size` is given. */
export function places(
  op: string,
  x: Operand,
  options?: PlacesOptions,
): Tensor[] | Promise<Tensor[]> {
  return apply(op, [x] as Operand[], options ?? {}, ([value]) => {
    const t = ownTensor(value!);
    if (options !== undefined) return staticPlaces(t, options);
    requireValues(op, 'size', t);
    return readPlaces(t);
  }) as Tensor[] | Promise<Tensor[]>;
}

async function readPlaces(x: Tensor): Promise<Tensor[]> {
  const data = await x.data();
  const flat: number[] = [];
  for (let i = 0; i < data.length; i++) if (Number(data[i]) !== 0) flat.push(i);
  return strides(x.shape).map((stride, axis) => {
    const indices = Int32Array.from(flat, (i) => Math.floor(i / stride) % x.shape[axis]!);
    return tensor(indices, [flat.length]);
  });
}

/** A stable sort of “is zero” puts the places in front, in order. */
function staticPlaces(x: Tensor, { size, fillValue = 0 }: PlacesOptions): Tensor[] {
  const flat = primitives.reshape(as(x, 'bool'), [x.size]);
  const isZero = primitives.cast(f.not(flat), 'int32');
  const order = primitives.sort(isZero, 0)[1];
  const total = primitives.sum(f.sub(1, isZero), [0]);
  const slots = primitives.iota([size], 0, 'int32');
  const taken = primitives.gather(order, f.min(slots, Math.max(x.size - 1, 0)), 0);
  const missing = f.ge(slots, primitives.broadcastTo(total, [size]));
  return strides(x.shape).map((stride, axis) => {
    const index = f.rem(f.div(taken, stride), x.shape[axis]!);
    return f.where(missing, fillValue, index);
  });
}

function strides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}
