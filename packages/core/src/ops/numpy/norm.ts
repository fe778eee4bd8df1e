/** Norms of vectors and matrices. */
import { ArgumentError, ShapeError, UnsupportedError } from '../../errors.ts';
import type { ReduceOptions } from '../../tensor/methods.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxis } from '../promote.ts';
import { floatOf, range } from '../values.ts';
import { keepAxes } from './reduce-axes.ts';

/** Which norm: a number for p-norms (±Infinity included), `'fro'` and `'nuc'` for matrices. */
export type NormOrder = number | 'fro' | 'nuc';

/** Options of {@link norm}. */
export interface NormOptions extends ReduceOptions {
  /** Order of the norm; by default 2 for vectors and Frobenius' for matrices. */
  readonly ord?: NormOrder | null | undefined;
}

/**
 * Norm over one axis (of vectors) or two (of matrices); of all elements as one vector by default.
 * Integers give floatx.
 *
 * @throws UnsupportedError for the orders 2, −2 and `'nuc'` of matrices, which need singular values.
 *
 * @example
 * ops.norm([3, 4]); // 5
 * ops.norm([[1, -2], [3, 4]], { ord: 1, axis: [0, 1] }); // 6, the largest column sum
 */
export function norm<A extends Operand>(x: A, options: NormOptions = {}): Out<A> {
  checkOptions('norm', options, 'axis keepdims ord');
  return apply('norm', [x] as Operand[], options, ([value]) => {
    const t = floatOf(value!);
    const ord = options.ord ?? undefined;
    const axes = axesOf(t, ord, options.axis);
    return keepAxes(
      normOver(t, ord, axes),
      t.shape,
      range(t.rank).filter((axis) => axes.includes(axis)),
      options.keepdims,
    );
  }) as Out<A>;
}

/** The axes in the order given: for matrices, rows and columns. */
function axesOf(x: Tensor, ord: NormOrder | undefined, axis: ReduceOptions['axis']): number[] {
  if (axis === undefined || axis === null) {
    if (ord === undefined || x.rank === 1 || x.rank === 2) return range(x.rank);
    throw new ShapeError(`norm: x of rank ${x.rank} with ord ${ord} needs axis: one or two axes.`);
  }
  const list = typeof axis === 'number' ? [axis] : axis;
  const axes = list.map((item) => checkAxis(item, x.rank, 'norm'));
  if (axes.length < 1 || axes.length > 2 || axes[0] === axes[1]) {
    throw new ShapeError(`norm: axis must name one axis or two, got [${list.join(', ')}].`);
  }
  return axes;
}

function normOver(x: Tensor, ord: NormOrder | undefined, axes: readonly number[]): Tensor {
  if (ord === undefined) return f.sqrt(primitives.sum(f.square(x), axes));
  return axes.length === 2
    ? matrixNorm(x, ord, axes[0]!, axes[1]!)
    : vectorNorm(x, ord, axes[0] ?? 0);
}

function vectorNorm(x: Tensor, ord: NormOrder, axis: number): Tensor {
  if (typeof ord !== 'number') {
    throw new ArgumentError(`norm: ord '${ord}' is for matrices; name two axes.`);
  }
  const size = f.abs(x);
  switch (ord) {
    case Infinity:
      return primitives.reduce('max', size, [axis]);
    case -Infinity:
      return primitives.reduce('min', size, [axis]);
    case 0:
      return primitives.sum(primitives.cast(f.ne(x, 0), x.dtype), [axis]);
    case 1:
      return primitives.sum(size, [axis]);
    case 2:
      return f.sqrt(primitives.sum(f.square(x), [axis]));
    default:
      return f.pow(primitives.sum(f.pow(size, ord), [axis]), 1 / ord);
  }
}

function matrixNorm(x: Tensor, ord: NormOrder, rows: number, columns: number): Tensor {
  const extreme = (fn: 'min' | 'max', summed: number, other: number): Tensor => {
    const sums = primitives.sum(f.abs(x), [summed]);
    return primitives.reduce(fn, sums, [other > summed ? other - 1 : other]);
  };
  switch (ord) {
    case 'fro':
      return f.sqrt(primitives.sum(f.square(x), [rows, columns]));
    case 1:
      return extreme('max', rows, columns);
    case -1:
      return extreme('min', rows, columns);
    case Infinity:
      return extreme('max', columns, rows);
    case -Infinity:
      return extreme('min', columns, rows);
    case 2:
    case -2:
    case 'nuc':
      throw new UnsupportedError(
        `norm: order ${ord} of matrices needs the singular value decomposition (SVD), which is ` +
          "not supported; use 'fro', 1 or Infinity.",
      );
    default:
      throw new ArgumentError(
        `norm: order ${ord} of matrices is not defined; use 'fro', 1, -1, Infinity or -Infinity.`,
      );
  }
}
