/** Formulas that several reductions share: dtypes of sums, means, variances, NaN left out. */
import { type DType, isFloat, isUnsigned } from '../../dtypes.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Value } from '../apply.ts';
import * as f from '../formula.ts';
import * as primitives from '../primitives/functions.ts';
import { commonDType } from '../promote.ts';
import { widened } from './pointwise.ts';
import { countOf } from './reduce-axes.ts';

/** What sums and products of integers are made in: 32 bits of the same signedness. */
export function sumDType(...values: readonly Value[]): DType {
  const dtype = commonDType(...values);
  if (dtype === 'bool' || dtype === 'int8' || dtype === 'int16') return 'int32';
  return isUnsigned(dtype) ? 'uint32' : dtype;
}

/** The mean over axes; 16-bit floats are summed in float32. */
export function meanOf(x: Tensor, axes: readonly number[]): Tensor {
  const wide = primitives.cast(x, widened(x.dtype));
  return primitives.cast(f.div(primitives.sum(wide, axes), countOf(x.shape, axes)), x.dtype);
}

/** The mean of squared distances from the mean, in two passes; 16-bit floats in float32. */
export function varianceOf(x: Tensor, axes: readonly number[]): Tensor {
  const wide = primitives.cast(x, widened(x.dtype));
  const difference = f.sub(wide, f.spread(meanOf(wide, axes), wide.shape, axes));
  return primitives.cast(meanOf(f.square(difference), axes), x.dtype);
}

/** x with a number in place of NaN. */
export function replaceNan(x: Tensor, replacement: number): Tensor {
  return isFloat(x.dtype) ? f.where(f.isNan(x), replacement, x) : x;
}
