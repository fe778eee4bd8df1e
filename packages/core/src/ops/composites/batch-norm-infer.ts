/** batchNormInfer: normalises with given statistics. */
import type { Tensor } from '../../tensor/tensor.ts';
import { normalized } from './batch-norm.ts';
import { axisList, composite, widen } from './composite.ts';

/** Arguments of {@link batchNormInfer}; tensors are per channel. */
export interface BatchNormInferOptions {
  /** The channel axis. */
  readonly axis: number;
  /** Added to the variance. */
  readonly epsilon: number;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly scale?: Tensor | undefined;
  readonly offset?: Tensor | undefined;
}

/** Batch normalisation with given statistics, computed in at least float32. */
export function batchNormInfer(x: Tensor, given: BatchNormInferOptions): Tensor {
  const { mean, variance, scale, offset, epsilon } = given;
  const inputs = [x, mean, variance, scale, offset].filter((input) => input !== undefined);
  const options = {
    axis: axisList(given.axis, x.rank)[0]!,
    epsilon,
    scale: scale !== undefined,
    offset: offset !== undefined,
  };
  const [y] = composite(
    'batchNormInfer',
    inputs,
    options,
    (ops, [input, center, spread, ...rest], { axis, ...has }) => {
      const wide = widen(ops, input!);
      const affine = {
        scale: has.scale ? rest.shift() : undefined,
        offset: has.offset ? rest.shift() : undefined,
      };
      const [m, v] = [ops.cast(center!, wide.dtype), ops.cast(spread!, wide.dtype)];
      const result = normalized(ops, wide, axis, m, v, has.epsilon, affine);
      return [ops.cast(result, input!.dtype)];
    },
  );
  return y!;
}
