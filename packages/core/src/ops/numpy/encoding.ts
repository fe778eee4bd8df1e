/** Class numbers as vectors of 0 and 1. */
import { floatx } from '../../config.ts';
import type { DType } from '../../dtypes.ts';
import { ArgumentError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxis } from '../promote.ts';
import { indexOf, range } from '../values.ts';

/** Options of {@link oneHot}. */
export interface OneHotOptions {
  /** Where the new axis of classes stands. Default −1. */
  readonly axis?: number | undefined;
  /** Dtype of the result. Default floatx. */
  readonly dtype?: DType | null | undefined;
  /** Accepted for Keras' sake; sparse results are not supported. Default false. */
  readonly sparse?: false | undefined;
}

function encoded(op: string, x: Tensor, numClasses: number, options: OneHotOptions): Tensor {
  if (!Number.isInteger(numClasses) || numClasses < 0) {
    throw new ArgumentError(`${op}: numClasses must be a whole number, got ${numClasses}.`);
  }
  const axis = checkAxis(options.axis ?? -1, x.rank + 1, op);
  const shape = [...x.shape.slice(0, axis), numClasses, ...x.shape.slice(axis)];
  const others = range(x.rank).map((i) => (i < axis ? i : i + 1));
  const hit = f.eq(primitives.broadcast(x, shape, others), primitives.iota(shape, axis, 'int32'));
  return primitives.cast(hit, options.dtype ?? floatx());
}

/**
 * A 1 at the class of each element, 0 elsewhere; only zeros for numbers that are no class.
 *
 * @example
 * ops.oneHot([0, 2], 3); // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot<A extends Operand>(
  x: A,
  numClasses: number,
  options: OneHotOptions = {},
): Out<A> {
  checkOptions('oneHot', options, 'axis dtype sparse');
  return apply('oneHot', [x] as Operand[], { numClasses, ...options }, ([value]) =>
    encoded('oneHot', indexOf(value!), numClasses, options),
  ) as Out<A>;
}

/** Options of {@link multiHot}. */
export interface MultiHotOptions extends OneHotOptions {
  /** Number of classes; required. */
  readonly numClasses: number;
}

/**
 * A 1 at every class of a row (axis 1; of a vector, all of it), 0 elsewhere.
 *
 * @example
 * ops.multiHot([[0, 2], [1, 1]], { numClasses: 3 }); // [[1, 0, 1], [0, 1, 0]]
 */
export function multiHot<A extends Operand>(inputs: A, options: MultiHotOptions): Out<A> {
  checkOptions('multiHot', options, 'numClasses axis dtype sparse');
  return apply('multiHot', [inputs] as Operand[], options, ([value]) => {
    const x = indexOf(value!);
    const each = encoded('multiHot', x, options.numClasses, options);
    return primitives.reduce('max', each, [x.rank > 1 ? 1 : 0]);
  }) as Out<A>;
}
