/** The largest elements of an axis, and whether a given one is among them. */
import { isFloat } from '../../dtypes.ts';
import { ArgumentError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { sortedPair } from '../steps.ts';
import { indexOf, tensorOf } from '../values.ts';

/** Options of {@link topK}. */
export interface TopKOptions {
  /** The values come in decreasing order; they always do. */
  readonly sorted?: boolean;
  /** Of equal elements the first comes first; it always does. */
  readonly isStable?: boolean;
}

/** The k largest elements of the last axis, in decreasing order, and their int32 positions. */
export function topK<A extends Operand>(
  x: A,
  k: number,
  options: TopKOptions = {},
): [values: Out<A>, indices: Out<A>] {
  checkOptions('topK', options, 'sorted isStable');
  return apply('topK', [x] as Operand[], { k, ...options }, ([a]) => {
    const value = tensorOf(a!);
    const size = value.shape.at(-1) ?? 0;
    if (!Number.isInteger(k) || k < 0 || k > size) {
      throw new ArgumentError(`topK: k is ${k}, but the last axis has ${size} elements.`);
    }
    return sortedPair('topK', value, -1, true).map((one) =>
      primitives.slice(
        one,
        one.shape.map(() => 0),
        [...one.shape.slice(0, -1), k],
      ),
    );
  }) as [Out<A>, Out<A>];
}

/**
 * Whether the target class is among the k largest predictions of each row, as bool. Ties count for
 * the target.
 *
 * @param targets Integers, [batch].
 * @param predictions [batch, classes].
 */
export function inTopK<A extends Operand, B extends Operand>(
  targets: A,
  predictions: B,
  k: number,
): Out<A | B> {
  return apply('inTopK', [targets, predictions] as Operand[], { k }, ([a, b]) => {
    const labels = indexOf(a!);
    const scores = tensorOf(b!);
    const last = scores.rank - 1;
    const wide = primitives.reshape(labels, [...labels.shape, 1]);
    const found = primitives.gather(scores, wide, last, last);
    // NaN is no large prediction.
    const own = isFloat(found.dtype) ? f.where(f.isNan(found), -Infinity, found) : found;
    const above = f.gt(scores, primitives.broadcastTo(own, scores.shape));
    const rank = primitives.sum(primitives.cast(above, 'int32'), [last]);
    return f.lt(rank, k);
  }) as Out<A | B>;
}
