/** What tensors are and become: shape, dtype, casts, host values. */
import { checkDType, type DType, highest, lowest } from '../../dtypes.ts';
import { SymbolicTensor } from '../../symbolic/symbolic-tensor.ts';
import type { DecodedArray } from '../../tensor/host.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { Variable } from '../../variable.ts';
import { apply, toTensor } from '../apply.ts';
import * as primitives from '../primitives/functions.ts';
import { clamp, tensorOf } from '../values.ts';

/** x in another dtype. Floats lose their fraction towards 0 and saturate; NaN becomes 0. */
export function cast<A extends Operand>(x: A, dtype: DType): Out<A> {
  const target = checkDType(dtype);
  return apply('cast', [x] as Operand[], { dtype: target }, ([a]) =>
    primitives.cast(tensorOf(a!), target),
  ) as Out<A>;
}

/** {@link cast} that keeps values within the range of the dtype. */
export function saturateCast<A extends Operand>(x: A, dtype: DType): Out<A> {
  const target = checkDType(dtype);
  return apply('saturateCast', [x] as Operand[], { dtype: target }, ([a]) => {
    const value = tensorOf(a!);
    const low = Math.max(lowest(target), lowest(value.dtype));
    const high = Math.min(highest(target), highest(value.dtype));
    const inside = low > lowest(value.dtype) || high < highest(value.dtype);
    const bounded =
      inside && target !== 'bool' && value.dtype !== 'bool' ? clamp(value, low, high) : value;
    return primitives.cast(bounded, target);
  }) as Out<A>;
}

type Shaped = { readonly shape: readonly (number | null)[]; readonly dtype: DType };

function described(x: Operand): Shaped {
  const known = x instanceof Tensor || x instanceof Variable || x instanceof SymbolicTensor;
  return known ? x : toTensor(x);
}

/** The sizes of the axes; null where a symbolic tensor does not know them. */
export function shape(x: Operand): readonly (number | null)[] {
  return described(x).shape;
}

/** The number of axes. */
export function ndim(x: Operand): number {
  return described(x).shape.length;
}

/** The number of elements, as an int32 scalar. */
export function size<A extends Operand>(x: A): Out<A> {
  return apply('size', [x] as Operand[], {}, ([a]) =>
    primitives.full([], tensorOf(a!).size, 'int32'),
  ) as Out<A>;
}

/** The dtype. */
export function dtype(x: Operand): DType {
  return described(x).dtype;
}

/** Whether a value is a tensor (variables and symbolic tensors are none). */
export function isTensor(x: unknown): x is Tensor {
  return x instanceof Tensor;
}

/** A tensor's values on the host. */
export interface HostValues {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** In row-major order; 16-bit floats as Float32Array. */
  readonly data: DecodedArray;
}

/** Shape, dtype and values, read from the device. */
export async function convertToNumpy(x: Exclude<Operand, SymbolicTensor>): Promise<HostValues> {
  const value = toTensor(x);
  return { shape: value.shape, dtype: value.dtype, data: await value.data() };
}
