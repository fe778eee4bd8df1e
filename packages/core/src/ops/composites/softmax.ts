/** softmax: exp(x) / Σ exp(x), shifted by the maximum so that nothing overflows. */
import type { Tensor } from '../../tensor/tensor.ts';
import type { PrimitiveFunctions } from '../primitives/primitive.ts';
import { axisList, composite, stretch, widen } from './composite.ts';

/** x minus its maximum. The shift cancels out of every use, so it needs no gradient. */
export function shifted(ops: PrimitiveFunctions, x: Tensor, axes: readonly number[]): Tensor {
  const maximum = ops.stopGradient(ops.reduce('max', x, axes));
  return ops.sub(x, stretch(ops, maximum, x.shape, axes));
}

/** The definition, for composites that contain it. */
export function softmaxOf(ops: PrimitiveFunctions, x: Tensor, axes: readonly number[]): Tensor {
  const exponentials = ops.unary('exp', shifted(ops, x, axes));
  const total = ops.sum(exponentials, axes);
  return ops.div(exponentials, stretch(ops, total, x.shape, axes));
}

/** Non-negative values that sum to 1 over `axis`. */
export function softmax(x: Tensor, axis: number | readonly number[] = -1): Tensor {
  const axes = axisList(axis, x.rank);
  const [y] = composite('softmax', [x], { axes }, (ops, [input], options) => [
    ops.cast(softmaxOf(ops, widen(ops, input!), options.axes), input!.dtype),
  ]);
  return y!;
}
