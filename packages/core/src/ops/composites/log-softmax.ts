/** logSoftmax: x − log Σ exp(x), which keeps digits where softmax underflows. */
import type { Tensor } from '../../tensor/tensor.ts';
import type { PrimitiveFunctions } from '../primitives/primitive.ts';
import { axisList, composite, stretch, widen } from './composite.ts';
import { shifted } from './softmax.ts';

/** The definition, for composites that contain it. */
export function logSoftmaxOf(ops: PrimitiveFunctions, x: Tensor, axes: readonly number[]): Tensor {
  const low = shifted(ops, x, axes);
  const total = ops.sum(ops.unary('exp', low), axes);
  return ops.sub(low, stretch(ops, ops.unary('log', total), x.shape, axes));
}

/** The logarithm of softmax over `axis`. */
export function logSoftmax(x: Tensor, axis: number | readonly number[] = -1): Tensor {
  const axes = axisList(axis, x.rank);
  const [y] = composite('logSoftmax', [x], { axes }, (ops, [input], options) => [
    ops.cast(logSoftmaxOf(ops, widen(ops, input!), options.axes), input!.dtype),
  ]);
  return y!;
}
