/** Statistics that follow those of the batches with a momentum. */
import { type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';

/** Moves a statistic towards that of the batch; gives the new value. */
export function follow(moving: Variable, batch: Tensor, momentum: number): Tensor {
  const past = ops.multiply(moving.value, momentum);
  const moved = ops.add(past, ops.multiply(ops.stopGradient(batch), 1 - momentum));
  moving.assign(ops.cast(moved, moving.dtype));
  return moved;
}
