/** logSumExp: log Σ exp(x), shifted by the maximum where that is finite. */
import type { Tensor } from '../../tensor/tensor.ts';
import { axisList, composite, stretch, widen } from './composite.ts';

/** log Σ exp(x) over `axis`, which is removed. */
export function logSumExp(x: Tensor, axis: number | readonly number[]): Tensor {
  const axes = axisList(axis, x.rank);
  const [y] = composite('logSumExp', [x], { axes }, (ops, [input], options) => {
    const wide = widen(ops, input!);
    const maximum = ops.stopGradient(ops.reduce('max', wide, options.axes));
    // An infinite maximum would make ∞ − ∞; unshifted, exp and log give the right infinity.
    const finite = ops.unary('isFinite', maximum);
    const shift = ops.select(finite, maximum, ops.fullLike(maximum, 0));
    const low = ops.sub(wide, stretch(ops, shift, wide.shape, options.axes));
    const total = ops.sum(ops.unary('exp', low), options.axes);
    return [ops.cast(ops.add(ops.unary('log', total), shift), input!.dtype)];
  });
  return y!;
}
