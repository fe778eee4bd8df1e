/** Reductions that leave NaN out. Without NaN they are the plain ones. */
import { isFloat } from '../../dtypes.ts';
import type { ReduceOptions } from '../../tensor/methods.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { commonFloat } from '../promote.ts';
import { replaceNan, sumDType } from './means.ts';
import { widened } from './pointwise.ts';
import { reduceOp, type Reduction } from './reduce-axes.ts';

/** Sum over axes, NaN counting as 0. bool and small integers give int32 or uint32. */
export function nansum<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('nansum', options, 'axis keepdims');
  const run: Reduction = (t, axes) => primitives.sum(replaceNan(t, 0), axes);
  return reduceOp('nansum', x, options, run, sumDType);
}

/** Product over axes, NaN counting as 1. bool and small integers give int32 or uint32. */
export function nanprod<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('nanprod', options, 'axis keepdims');
  const run: Reduction = (t, axes) => primitives.reduce('prod', replaceNan(t, 1), axes);
  return reduceOp('nanprod', x, options, run, sumDType);
}

function extreme(fn: 'min' | 'max'): Reduction {
  return (x, axes) => {
    if (!isFloat(x.dtype)) return primitives.reduce(fn, x, axes);
    const isNan = f.isNan(x);
    const rest = f.where(isNan, fn === 'max' ? -Infinity : Infinity, x);
    const nothing = primitives.reduce('min', isNan, axes);
    return f.where(nothing, NaN, primitives.reduce(fn, rest, axes));
  };
}

/** Maximum over axes without NaN; NaN where all are NaN. */
export function nanmax<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('nanmax', options, 'axis keepdims');
  return reduceOp('nanmax', x, options, extreme('max'));
}

/** Minimum over axes without NaN; NaN where all are NaN. */
export function nanmin<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('nanmin', options, 'axis keepdims');
  return reduceOp('nanmin', x, options, extreme('min'));
}

/** How many elements over axes are not NaN, in x's dtype. */
function countValid(x: Tensor, axes: readonly number[]): Tensor {
  return primitives.sum(f.where(f.isNan(x), 0, primitives.fullLike(x, 1)), axes);
}

function nanMeanOf(x: Tensor, axes: readonly number[]): Tensor {
  const wide = primitives.cast(x, widened(x.dtype));
  const mean = f.div(primitives.sum(replaceNan(wide, 0), axes), countValid(wide, axes));
  return primitives.cast(mean, x.dtype);
}

function nanVarianceOf(x: Tensor, axes: readonly number[]): Tensor {
  const wide = primitives.cast(x, widened(x.dtype));
  const mean = f.spread(nanMeanOf(wide, axes), wide.shape, axes);
  const difference = f.where(f.isNan(wide), 0, f.sub(wide, mean));
  const total = primitives.sum(f.square(difference), axes);
  return primitives.cast(f.div(total, countValid(wide, axes)), x.dtype);
}

/** Mean over axes without NaN; NaN where all are NaN. Integers and bool give floatx. */
export function nanmean<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('nanmean', options, 'axis keepdims');
  return reduceOp('nanmean', x, options, nanMeanOf, commonFloat);
}

/** Variance over axes without NaN; NaN where all are NaN. Integers and bool give floatx. */
export function nanvar<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('nanvar', options, 'axis keepdims');
  return reduceOp('nanvar', x, options, nanVarianceOf, commonFloat);
}

/** Standard deviation over axes without NaN; NaN where all are NaN. Integers give floatx. */
export function nanstd<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('nanstd', options, 'axis keepdims');
  const run: Reduction = (t, axes) => f.sqrt(nanVarianceOf(t, axes));
  return reduceOp('nanstd', x, options, run, commonFloat);
}
