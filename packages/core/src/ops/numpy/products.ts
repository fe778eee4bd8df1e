/** Products of matrices, vectors and tensors. */
import { ShapeError } from '../../errors.ts';
import type { DType } from '../../dtypes.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply, type Value } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { align, as, broadcastShapes, checkAxis, commonDType } from '../promote.ts';
import { range, tensorOf } from '../values.ts';
import { matrixProduct, mismatch } from './matrix-product.ts';

/** Both operands as tensors in the dtype of their product: int32 for bool and pairs of int8. */
function factors(values: readonly Value[]): [a: Tensor, b: Tensor, result: DType] {
  const common = commonDType(...values);
  const dtype = common === 'bool' || common === 'int8' ? 'int32' : common;
  const [a, b] = values.map((value) => as(tensorOf(value), dtype)) as [Tensor, Tensor];
  return [a, b, common === 'bool' ? 'bool' : dtype];
}

function productOp<A extends Operand, B extends Operand>(
  op: string,
  x1: A,
  x2: B,
  options: object,
  run: (a: Tensor, b: Tensor) => Tensor,
): Out<A | B> {
  return apply(op, [x1, x2] as Operand[], options, (values) => {
    const [a, b, result] = factors(values);
    return primitives.cast(run(a, b), result);
  }) as Out<A | B>;
}

/**
 * Matrix product over the last two axes; the others broadcast. A vector on the left is a row, on the
 * right a column, and its axis is removed. Integers stay integers (int8 gives int32).
 *
 * @example
 * ops.matmul(images, weights); // [batch, features] × [features, units]
 */
export function matmul<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return productOp('matmul', x1, x2, {}, matrixProduct);
}

/**
 * NumPy's dot: the last axis of x1 with the last but one (of a vector: the only one) of x2; scalars
 * multiply.
 */
export function dot<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return apply('dot', [x1, x2] as Operand[], {}, (values) => {
    const [a, b, result] = factors(values);
    if (a.rank === 0 || b.rank === 0) {
      const [x, y] = align([a, b]) as [Tensor, Tensor];
      return primitives.cast(f.mul(x, y), result);
    }
    const inner = Math.max(b.rank - 2, 0);
    if (a.shape.at(-1) !== b.shape[inner]) throw mismatch('dot', a, b, 'inner sizes differ');
    return primitives.cast(primitives.dot(a, b, [[a.rank - 1, inner]]), result);
  }) as Out<A | B>;
}

/** Sum of products over the last axis of both; scalars multiply. */
export function inner<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return productOp('inner', x1, x2, {}, (a, b) => {
    if (a.rank === 0 || b.rank === 0) {
      const [x, y] = align([a, b]) as [Tensor, Tensor];
      return f.mul(x, y);
    }
    if (a.shape.at(-1) !== b.shape.at(-1)) throw mismatch('inner', a, b, 'last sizes differ');
    return primitives.dot(a, b, [[a.rank - 1, b.rank - 1]]);
  });
}

const flat = (x: Tensor): Tensor => primitives.reshape(x, [x.size]);

/** All products of an element of x1 with one of x2: [size of x1, size of x2]. */
export function outer<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return productOp('outer', x1, x2, {}, (a, b) => {
    const shape = [a.size, b.size];
    return f.mul(
      primitives.broadcast(flat(a), shape, [0]),
      primitives.broadcast(flat(b), shape, [1]),
    );
  });
}

/** Sum of products of all elements: a scalar. */
export function vdot<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return productOp('vdot', x1, x2, {}, (a, b) => {
    if (a.size !== b.size) throw mismatch('vdot', a, b, 'the numbers of elements differ');
    return primitives.dot(flat(a), flat(b), [[0, 0]]);
  });
}

/** Kronecker product: every element of x1 times the whole of x2. */
export function kron<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return productOp('kron', x1, x2, {}, (a, b) => {
    const rank = Math.max(a.rank, b.rank);
    const full = (t: Tensor): number[] => [...range(rank - t.rank).map(() => 1), ...t.shape];
    const [left, right] = [full(a), full(b)];
    const shape = left.flatMap((size, axis) => [size, right[axis]!]);
    const even = range(rank).map((axis) => 2 * axis);
    const odd = even.map((axis) => axis + 1);
    const blocks = f.mul(
      primitives.broadcast(primitives.reshape(a, left), shape, even),
      primitives.broadcast(primitives.reshape(b, right), shape, odd),
    );
    return primitives.reshape(
      blocks,
      left.map((size, axis) => size * right[axis]!),
    );
  });
}

/** Options of {@link tensordot}. */
export interface TensordotOptions {
  /**
   * How many axes to sum over (the last of x1, the first of x2), or the axes of both as two lists
   * (or numbers). Default 2.
   */
  readonly axes?: number | readonly [number | readonly number[], number | readonly number[]];
}

/** Sum of products over chosen axes; the others of x1, then those of x2, remain. */
export function tensordot<A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
  options: TensordotOptions = {},
): Out<A | B> {
  checkOptions('tensordot', options, 'axes');
  return productOp('tensordot', x1, x2, options, (a, b) => {
    const { axes = 2 } = options;
    const lists =
      typeof axes === 'number'
        ? [range(axes).map((i) => a.rank - axes + i), range(axes)]
        : axes.map((list) => (typeof list === 'number' ? [list] : [...list]));
    const left = lists[0]!.map((axis) => checkAxis(axis, a.rank, 'tensordot'));
    const right = lists[1]!.map((axis) => checkAxis(axis, b.rank, 'tensordot'));
    if (left.length !== right.length) {
      throw mismatch('tensordot', a, b, `${left.length} axes meet ${right.length}`);
    }
    return primitives.dot(
      a,
      b,
      left.map((axis, i) => [axis, right[i]!] as const),
    );
  });
}

/** Options of {@link cross}. */
export interface CrossOptions {
  /** Axis of the vectors of x1. Default −1. */
  readonly axisa?: number | undefined;
  /** Axis of the vectors of x2. Default −1. */
  readonly axisb?: number | undefined;
  /** Axis of the vectors of the result. Default −1. */
  readonly axisc?: number | undefined;
  /** One axis for all three; goes before them. */
  readonly axis?: number | null | undefined;
}

/**
 * Cross product of vectors of 2 or 3 components; two of 2 components give a scalar, the third
 * component.
 */
export function cross<A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
  options: CrossOptions = {},
): Out<A | B> {
  checkOptions('cross', options, 'axisa axisb axisc axis');
  const { axis } = options;
  const [axisa, axisb, axisc] = [options.axisa, options.axisb, options.axisc].map(
    (own) => axis ?? own ?? -1,
  ) as [number, number, number];
  return productOp('cross', x1, x2, options, (x, y) => {
    const a = components(x, axisa);
    const b = components(y, axisb);
    const shape = broadcastShapes(a[0]!.shape, b[0]!.shape);
    const times = (i: number, j: number): Tensor | undefined => {
      if (a[i] === undefined || b[j] === undefined) return undefined;
      return f.mul(primitives.broadcastTo(a[i], shape), primitives.broadcastTo(b[j], shape));
    };
    const third = f.sub(times(0, 1)!, times(1, 0)!);
    if (a.length === 2 && b.length === 2) return third;
    const all = [difference(times(1, 2), times(2, 1)), difference(times(2, 0), times(0, 2)), third];
    const at = checkAxis(axisc, shape.length + 1, 'cross');
    const unit = [...shape.slice(0, at), 1, ...shape.slice(at)];
    return primitives.concat(
      all.map((part) => primitives.reshape(part, unit)),
      at,
    );
  });
}

/** a − b, where a missing component makes its products 0. */
function difference(a: Tensor | undefined, b: Tensor | undefined): Tensor {
  if (a === undefined) return primitives.neg(b!);
  return b === undefined ? a : f.sub(a, b);
}

function components(x: Tensor, axis: number): Tensor[] {
  const along = checkAxis(axis, x.rank, 'cross');
  const count = x.shape[along]!;
  if (count !== 2 && count !== 3) {
    throw new ShapeError(
      `cross: vectors must have 2 or 3 components, axis ${axis} of shape ` +
        `[${x.shape.join(', ')}] has ${count}.`,
    );
  }
  const rest = x.shape.filter((_, i) => i !== along);
  return range(count).map((i) => {
    const start = x.shape.map((_, j) => (j === along ? i : 0));
    const limit = x.shape.map((size, j) => (j === along ? i + 1 : size));
    return primitives.reshape(primitives.slice(x, start, limit), rest);
  });
}
