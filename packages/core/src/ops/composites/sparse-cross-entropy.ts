/** sparseCrossEntropy: −log softmax(logits) at the label, classes on the last axis. */
import { ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { equalLists, range, showAval } from '../primitives/check.ts';
import { composite, widen } from './composite.ts';
import { logSoftmaxOf } from './log-softmax.ts';

/**
 * Cross-entropy of int32 labels, shaped like the logits without their last axis. A label that is no
 * class costs 0.
 */
export function sparseCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  if (!equalLists(labels.shape, logits.shape.slice(0, -1)) || logits.rank === 0) {
    throw new ShapeError(
      `sparseCrossEntropy: labels ${showAval(labels)} must have the shape of the logits ` +
        `${showAval(logits)} without their last axis`,
    );
  }
  const [loss] = composite('sparseCrossEntropy', [logits, labels], {}, (ops, [scores, classes]) => {
    const wide = widen(ops, scores!);
    const last = wide.rank - 1;
    const logarithms = logSoftmaxOf(ops, wide, [last]);
    // A comparison instead of a gather: it fuses, and so does its gradient.
    const wanted = ops.broadcast(classes!, wide.shape, range(last));
    const chosen = ops.compare('eq', ops.iota(wide.shape, last, classes!.dtype), wanted);
    const picked = ops.select(chosen, logarithms, ops.fullLike(logarithms, 0));
    return [ops.cast(ops.neg(ops.sum(picked, [last])), scores!.dtype)];
  });
  return loss!;
}
