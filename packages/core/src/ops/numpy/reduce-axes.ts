/** How reductions are written: a formula over the axes that it removes, and `keepdims` afterwards. */
import type { ReduceOptions } from '../../tensor/methods.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as primitives from '../primitives/functions.ts';
import { as, checkAxes, commonDType } from '../promote.ts';
import type { DTypeRule } from './pointwise.ts';

/** A formula that reduces `axes` (increasing) of x. */
export type Reduction = (x: Tensor, axes: readonly number[]) => Tensor;

/** A reduction over `options.axis` (all axes by default) with `options.keepdims`. */
export function reduceOp<A extends Operand>(
  op: string,
  x: A,
  options: ReduceOptions,
  run: Reduction,
  rule: DTypeRule = commonDType,
): Out<A> {
  return apply(op, [x] as Operand[], options, ([value]) => {
    const t = as(value!, rule(value!));
    const axes = checkAxes(options.axis, t.rank, op);
    return keepAxes(run(t, axes), t.shape, axes, options.keepdims);
  }) as Out<A>;
}

/** A reduced tensor with its axes put back with size 1, if they are to be kept. */
export function keepAxes(
  y: Tensor,
  shape: readonly number[],
  axes: readonly number[],
  keepdims: boolean | undefined,
): Tensor {
  if (keepdims !== true) return y;
  return primitives.reshape(
    y,
    shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  );
}

/** Number of elements that make one element of the result. */
export function countOf(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * shape[axis]!, 1);
}

/** x with the reduced axes merged into one at the end, the others before it. */
export function mergedLast(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const moved = primitives.transpose(x, [...kept, ...axes]);
  const outer = kept.map((axis) => x.shape[axis]!);
  return primitives.reshape(moved, [...outer, countOf(x.shape, axes)]);
}
