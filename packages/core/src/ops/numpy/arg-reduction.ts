/** Where extremes are. */
import { isFloat } from '../../dtypes.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import { argReduce, cast, reduce, reshape } from '../primitives/functions.ts';
import { checkAxis } from '../promote.ts';
import { tensorOf } from '../values.ts';
import { keepAxes } from './reduce-axes.ts';

/** Options of {@link argmax} and its relatives. */
export interface ArgOptions {
  /** Axis to search along; by default the index counts through all elements. */
  readonly axis?: number | null | undefined;
  /** Keep the axis with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
}

type Search = (x: Tensor, axis: number) => Tensor;

function search<A extends Operand>(op: string, x: A, options: ArgOptions, run: Search): Out<A> {
  return apply(op, [x] as Operand[], options, ([value]) => {
    const own = tensorOf(value!);
    const t = own.dtype === 'bool' ? cast(own, 'int32') : own;
    const all = t.shape.map((_, axis) => axis);
    if (options.axis === undefined || options.axis === null) {
      return keepAxes(run(reshape(t, [t.size]), 0), t.shape, all, options.keepdims);
    }
    const axis = checkAxis(options.axis, t.rank, op);
    return keepAxes(run(t, axis), t.shape, [axis], options.keepdims);
  }) as Out<A>;
}

const largest: Search = (x, axis) => argReduce('max', x, axis);

/** −0 counts as less than 0 (Keras does so): it stands in as the smallest normal number. */
const smallest: Search = (x, axis) =>
  argReduce('min', isFloat(x.dtype) ? f.where(f.isNegativeZero(x), -1.1754944e-38, x) : x, axis);

/** int32 index of the first maximum along an axis; NaN wins. */
export function argmax<A extends Operand>(x: A, options: ArgOptions = {}): Out<A> {
  checkOptions('argmax', options, 'axis keepdims');
  return search('argmax', x, options, largest);
}

/** int32 index of the first minimum along an axis; NaN wins, −0 is less than 0. */
export function argmin<A extends Operand>(x: A, options: ArgOptions = {}): Out<A> {
  checkOptions('argmin', options, 'axis keepdims');
  return search('argmin', x, options, smallest);
}

/** The search with NaN replaced, and −1 where there is nothing but NaN. */
function ignoringNan(run: Search, replacement: number): Search {
  return (x, axis) => {
    if (!isFloat(x.dtype)) return run(x, axis);
    const isNan = f.isNan(x);
    const found = run(f.where(isNan, replacement, x), axis);
    return f.where(reduce('min', isNan, [axis]), -1, found);
  };
}

/** As {@link argmax} without NaN; −1 where all are NaN. */
export function nanargmax<A extends Operand>(x: A, options: ArgOptions = {}): Out<A> {
  checkOptions('nanargmax', options, 'axis keepdims');
  return search('nanargmax', x, options, ignoringNan(largest, -Infinity));
}

/** As {@link argmin} without NaN; −1 where all are NaN. */
export function nanargmin<A extends Operand>(x: A, options: ArgOptions = {}): Out<A> {
  checkOptions('nanargmin', options, 'axis keepdims');
  return search('nanargmin', x, options, ignoringNan(smallest, Infinity));
}
