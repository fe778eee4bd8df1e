/** log Σ exp(x), without overflow. */
import type { ReduceOptions } from '../../tensor/methods.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { apply } from '../apply.ts';
import { logSumExp } from '../composites/index.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxes } from '../promote.ts';
import { floatOf } from '../values.ts';

/** log Σ exp(x) over axes (all by default). */
export function logsumexp<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('logsumexp', options, 'axis keepdims');
  return apply('logsumexp', [x] as Operand[], options, ([a]) => {
    const value = floatOf(a!);
    const axes = checkAxes(options.axis, value.rank, 'logsumexp');
    const result = axes.length === 0 ? value : logSumExp(value, axes);
    if (options.keepdims !== true) return result;
    return primitives.reshape(
      result,
      value.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
    );
  }) as Out<A>;
}
