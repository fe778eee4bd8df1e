/** Whole powers of square matrices. */
import { isFloat } from '../../dtypes.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import * as primitives from '../primitives/functions.ts';
import { range, tensorOf } from '../values.ts';
import { matrixProduct } from './matrix-product.ts';
import { widened } from './pointwise.ts';

/**
 * x · x · …, n times, over the last two axes; the identity for 0, powers of the inverse below 0.
 * Integers stay integers, but give floatx for negative n.
 */
export function matrixPower<A extends Operand>(x: A, n: number): Out<A> {
  if (!Number.isInteger(n)) {
    throw new ArgumentError(`matrixPower: n must be a whole number, got ${n}.`);
  }
  return apply('matrixPower', [x] as Operand[], { n }, ([value]) => {
    const t = tensorOf(value!);
    const size = t.shape.at(-1)!;
    if (t.rank < 2 || t.shape.at(-2) !== size) {
      throw new ShapeError(`matrixPower: shape [${t.shape.join(', ')}] is no square matrix.`);
    }
    if (n === 0) return identityLike(t);
    const base = n > 0 ? t : inverse(isFloat(t.dtype) ? t : primitives.cast(t, 'float32'));
    return repeatedSquares(base, Math.abs(n));
  }) as Out<A>;
}

function identityLike(x: Tensor): Tensor {
  const row = primitives.iota(x.shape, x.rank - 2, 'int32');
  const column = primitives.iota(x.shape, x.rank - 1, 'int32');
  return primitives.cast(f.eq(row, column), x.dtype);
}

function repeatedSquares(base: Tensor, n: number): Tensor {
  let result: Tensor | undefined;
  let square = base;
  for (let rest = n; ; square = matrixProduct(square, square)) {
    if (rest % 2 === 1) result = result === undefined ? square : matrixProduct(result, square);
    rest = Math.floor(rest / 2);
    if (rest === 0) return result!;
  }
}

/** One step of Newton's iteration, y(2 − xy), from the inverse found by elimination. */
function inverse(x: Tensor): Tensor {
  const wide = primitives.cast(x, widened(x.dtype));
  const y = eliminated(wide);
  const rest = f.sub(f.mul(identityLike(wide), 2), matrixProduct(wide, y));
  return primitives.cast(matrixProduct(y, rest), x.dtype);
}

/** Gauss-Jordan elimination with row pivoting of [x | 1]. */
function eliminated(x: Tensor): Tensor {
  const n = x.shape.at(-1)!;
  const batch = x.shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const matrices = primitives.reshape(x, [batch, n, n]);
  let m = primitives.concat([matrices, identityLike(matrices)], 2);
  const rows = primitives.iota([batch, n], 1, 'int32');
  for (const k of range(n)) {
    const size = f.where(f.lt(rows, k), -1, f.abs(column(m, k)));
    const pivot = primitives.broadcast(primitives.argReduce('max', size, 1), [batch, n], [0]);
    const swapped = f.where(f.eq(rows, k), pivot, f.where(f.eq(rows, pivot), k, rows));
    m = primitives.gather(m, swapped, 1, 1);
    const head = column(m, k);
    const row = primitives.slice(m, [0, k, 0], [batch, k + 1, 2 * n]);
    const lead = primitives.slice(head, [0, k], [batch, k + 1]);
    const unit = f.div(row, primitives.broadcast(lead, row.shape, [0, 1]));
    // The pivot's own row keeps one of itself, the others keep none of their leading entry.
    const share = f.where(f.eq(rows, k), f.sub(head, 1), head);
    m = f.sub(
      m,
      f.mul(
        primitives.broadcast(share, m.shape, [0, 1]),
        primitives.broadcast(unit, m.shape, [0, 1, 2]),
      ),
    );
  }
  return primitives.reshape(primitives.slice(m, [0, 0, n], [batch, n, 2 * n]), x.shape);
}

function column(m: Tensor, k: number): Tensor {
  const [batch, rows] = m.shape as readonly [number, number];
  return primitives.reshape(primitives.slice(m, [0, 0, k], [batch, rows, k + 1]), [batch, rows]);
}
