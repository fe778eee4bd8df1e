/** Connectionist temporal classification (Graves et al., 2006). */
import { ShapeError, type Tensor, toTensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { TensorLike } from './loss.ts';

/**
 * −log of the probability of each label sequence, over all its alignments.
 *
 * @param yTrue Classes, `[batch, labels]`, padded with 0 (the blank).
 * @param yPred Logits, `[batch, steps, classes]`.
 */
export function ctc(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const target = toTensor(yTrue);
  const output = toTensor(yPred);
  if (target.rank !== 2 || output.rank !== 3) {
    throw new ShapeError(
      'CTC takes targets [batch, labels] and logits [batch, steps, classes], got ' +
        `[${target.shape.join(', ')}] and [${output.shape.join(', ')}]`,
    );
  }
  const [batch, steps] = output.shape as [number, number, number];
  const labelLength = ops.sum(target.notEqual(0).cast('int32'), { axis: -1 });
  const outputLength = ops.full([batch], steps, { dtype: 'int32' });
  return ops.ctcLoss(target.cast('int32'), output, labelLength, outputLength);
}
