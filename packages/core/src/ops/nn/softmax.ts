/** Normalised exponentials over axes, and their sparse relative. */
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { logSoftmax as logSoftmaxOf, softmax as softmaxOf } from '../composites/index.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxes, checkAxis } from '../promote.ts';
import { atLeast, floatOf } from '../values.ts';

/** Options of {@link softmax} and {@link logSoftmax}. */
export interface SoftmaxOptions {
  /** Axis or axes that sum to 1; −1 by default, null for all. */
  readonly axis?: number | readonly number[] | null | undefined;
}

function axesOf(options: SoftmaxOptions, x: Tensor, op: string): number[] {
  return checkAxes(options.axis === undefined ? -1 : options.axis, x.rank, op);
}

/** e^x / Σ e^x. */
export function softmax<A extends Operand>(x: A, options: SoftmaxOptions = {}): Out<A> {
  checkOptions('softmax', options, 'axis');
  return apply('softmax', [x] as Operand[], options, ([a]) => {
    const value = floatOf(a!);
    return softmaxOf(value, axesOf(options, value, 'softmax'));
  }) as Out<A>;
}

/** log(e^x / Σ e^x). */
export function logSoftmax<A extends Operand>(x: A, options: SoftmaxOptions = {}): Out<A> {
  checkOptions('logSoftmax', options, 'axis');
  return apply('logSoftmax', [x] as Operand[], options, ([a]) => {
    const value = floatOf(a!);
    return logSoftmaxOf(value, axesOf(options, value, 'logSoftmax'));
  }) as Out<A>;
}

/** The projection onto the simplex, mostly zeros (Martins and Astudillo, arXiv 1602.02068). */
export function sparsemax<A extends Operand>(
  x: A,
  options: { readonly axis?: number } = {},
): Out<A> {
  checkOptions('sparsemax', options, 'axis');
  return apply('sparsemax', [x] as Operand[], options, ([a]) => {
    const value = floatOf(a!);
    const axis = checkAxis(options.axis ?? -1, value.rank, 'sparsemax');
    const [sorted] = primitives.sort(value, axis, true);
    const sums = primitives.cumulative('sum', sorted, axis);
    const rank = f.add(primitives.iota(value.shape, axis, value.dtype), 1);
    const support = f.gt(f.sub(sorted, f.div(f.sub(sums, 1), rank)), 0);
    const count = primitives.sum(primitives.cast(support, value.dtype), [axis]);
    // Keras adds the running sums here, not the elements; its results are the reference.
    const total = primitives.sum(f.where(support, sums, 0), [axis]);
    const threshold = f.div(f.sub(total, 1), count);
    return atLeast(f.sub(value, f.spread(threshold, value.shape, [axis])), 0);
  }) as Out<A>;
}
