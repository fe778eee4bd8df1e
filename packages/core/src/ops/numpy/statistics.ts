/** Spread, weighted means and correlation. Integers and bool give floatx. */
import { ShapeError } from '../../errors.ts';
import type { ReduceOptions } from '../../tensor/methods.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply, type Value } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { as, broadcastShapes, checkAxes, commonFloat } from '../promote.ts';
import { floatOf, tensorOf } from '../values.ts';
import { meanOf, varianceOf } from './means.ts';
import { keepAxes, reduceOp } from './reduce-axes.ts';

/** Variance over axes (divided by the count, not by one less). */
function variance<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('var', options, 'axis keepdims');
  return reduceOp('var', x, options, varianceOf, commonFloat);
}
export { variance as var };

/** Standard deviation over axes (divided by the count, not by one less). */
export function std<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('std', options, 'axis keepdims');
  return reduceOp('std', x, options, (t, axes) => f.sqrt(varianceOf(t, axes)), commonFloat);
}

/** Options of {@link moments}. */
export interface MomentsOptions {
  /** Keep reduced axes with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
  /** Accepted for Keras' sake: there is one replica, so nothing has to be synchronized. */
  readonly synchronized?: boolean | undefined;
}

/**
 * Mean and variance over axes.
 *
 * @example
 * const [mean, variance] = ops.moments(x, [0]);
 */
export function moments<A extends Operand>(
  x: A,
  axes: number | readonly number[],
  options: MomentsOptions = {},
): [mean: Out<A>, variance: Out<A>] {
  checkOptions('moments', options, 'keepdims synchronized');
  return apply('moments', [x] as Operand[], { axes, ...options }, ([value]) => {
    const t = floatOf(value!);
    const list = checkAxes(axes, t.rank, 'moments');
    const finish = (y: Tensor): Tensor => keepAxes(y, t.shape, list, options.keepdims);
    return [finish(meanOf(t, list)), finish(varianceOf(t, list))];
  }) as [Out<A>, Out<A>];
}

/** Options of {@link average}. */
export interface AverageOptions<W extends Operand> {
  /** Axis or axes to average over; all by default. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Weights: of x's shape, or a vector along the one axis. By default all 1. */
  readonly weights?: W | null | undefined;
}

/**
 * Weighted mean over axes: Σ x·w ÷ Σ w.
 *
 * @example
 * ops.average([1, 2, 3], { weights: [3, 1, 0] }); // 1.25
 */
export function average<A extends Operand, W extends Operand = never>(
  x: A,
  options: AverageOptions<W> = {},
): Out<A | W> {
  checkOptions('average', options, 'axis weights');
  const { axis, weights } = options;
  const inputs: (Operand | null | undefined)[] = [x, weights];
  return apply('average', inputs, { axis }, (values) => {
    const [value, given] = values as [Value, Value | null | undefined];
    const known = given === null || given === undefined ? [value] : [value, given];
    const t = as(tensorOf(value), commonFloat(...known));
    const axes = checkAxes(axis, t.rank, 'average');
    if (given === null || given === undefined) return meanOf(t, axes);
    const w = weightsLike(t, as(tensorOf(given), t.dtype), axes);
    return f.div(primitives.sum(f.mul(t, w), axes), primitives.sum(w, axes));
  }) as Out<A | W>;
}

function weightsLike(x: Tensor, weights: Tensor, axes: readonly number[]): Tensor {
  if (weights.rank === 1 && x.rank > 1) {
    const axis = axes[0]!;
    if (axes.length === 1 && weights.size === x.shape[axis]) {
      return primitives.broadcast(weights, x.shape, [axis]);
    }
  }
  const shape = broadcastShapes(x.shape, weights.shape);
  if (shape.length !== x.rank || shape.some((size, i) => size !== x.shape[i])) {
    throw new ShapeError(
      `average: weights of shape [${weights.shape.join(', ')}] do not fit x of shape ` +
        `[${x.shape.join(', ')}]; give the shape of x, or a vector along the one axis.`,
    );
  }
  return primitives.broadcastTo(weights, x.shape);
}

/**
 * Pearson's correlation coefficients of the rows of x: shape [rows, rows], or a scalar for a vector.
 */
export function corrcoef<A extends Operand>(x: A): Out<A> {
  return apply('corrcoef', [x] as Operand[], {}, ([value]) => {
    const own = floatOf(value!);
    const t = own.rank === 2 ? own : primitives.reshape(own, [1, own.size]);
    const centred = f.sub(t, f.spread(meanOf(t, [1]), t.shape, [1]));
    const norm = f.sqrt(primitives.sum(f.square(centred), [1]));
    const unit = f.div(centred, f.spread(norm, t.shape, [1]));
    const bounded = f.max(f.min(primitives.dot(unit, unit, [[1, 1]]), 1), -1);
    return own.rank === 2 ? bounded : primitives.reshape(bounded, []);
  }) as Out<A>;
}
