/** The accuracies: how often predictions are right. */
import { floatx, type Tensor, toTensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { TensorLike } from '../losses/loss.ts';
import { matchRanks } from '../losses/reduce.ts';
import { aligned } from '../losses/regression.ts';
import type { MetricOptions } from './metric.ts';
import { NamedMean } from './mean-metric-wrapper.ts';

function matches(a: Tensor, b: Tensor): Tensor {
  return a.equal(b).cast(floatx());
}

/** 1 where targets equal predictions. */
export function accuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return matches(...aligned(yTrue, yPred));
}

/** 1 where predictions are on the side of the threshold (default 0.5) that targets say. */
export function binaryAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: { readonly threshold?: number | undefined } = {},
): Tensor {
  const [target, prediction] = matchRanks(toTensor(yTrue), toTensor(yPred));
  const positive = prediction.greater(options.threshold ?? 0.5);
  return matches(target, positive.cast(target.dtype));
}

/** 1 where the largest prediction is the class of a one-hot target. */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const target = ops.argmax(toTensor(yTrue), { axis: -1 });
  return matches(target, ops.argmax(toTensor(yPred), { axis: -1 }));
}

/** 1 where the largest prediction is the class of an integer target. */
export function sparseCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const prediction = toTensor(yPred);
  let target = toTensor(yTrue);
  if (target.rank === prediction.rank && target.shape.at(-1) === 1) {
    target = target.reshape(target.shape.slice(0, -1));
  }
  const right = matches(target, ops.argmax(prediction, { axis: -1 }).cast(target.dtype));
  const column = right.rank > 1 && right.shape.at(-1) === 1;
  return column ? right.reshape(right.shape.slice(0, -1)) : right;
}

/** How many predictions count. */
export interface TopKOptions {
  /** Default 5. */
  readonly k?: number | undefined;
}

/** 1 where the class of a one-hot target is among the k largest predictions. */
export function topKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: TopKOptions = {},
): Tensor {
  const target = ops.argmax(toTensor(yTrue), { axis: -1 });
  return sparseTopKCategoricalAccuracy(target, yPred, options);
}

/** 1 where an integer target is among the k largest predictions. */
export function sparseTopKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: TopKOptions = {},
): Tensor {
  const given = toTensor(yPred);
  const target = toTensor(yTrue).cast('int32');
  const classes = given.shape.at(-1)!;
  const prediction = given.rank > 2 ? given.reshape([-1, classes]) : given;
  const flat = target.rank > 1 ? target.reshape([-1]) : target;
  const right = ops.inTopK(flat, prediction, options.k ?? 5).cast(floatx());
  return target.rank > 1 ? right.reshape(target.shape) : right;
}

/** How often predictions equal targets. */
export class Accuracy extends NamedMean {
  static override readonly className: string = 'Accuracy';

  constructor(options: MetricOptions = {}) {
    super(options, 'accuracy', 'up', accuracy);
  }
}

/** How often predictions are on the right side of a threshold. */
export class BinaryAccuracy extends NamedMean {
  static override readonly className: string = 'BinaryAccuracy';
  readonly threshold: number;

  constructor(options: MetricOptions & { readonly threshold?: number | undefined } = {}) {
    const threshold = options.threshold ?? 0.5;
    super(options, 'binary_accuracy', 'up', (yTrue, yPred) =>
      binaryAccuracy(yTrue, yPred, { threshold }),
    );
    this.threshold = threshold;
  }

  override getConfig(): object {
    return { ...super.getConfig(), threshold: this.threshold };
  }
}

/** How often the largest prediction is right, for one-hot targets. */
export class CategoricalAccuracy extends NamedMean {
  static override readonly className: string = 'CategoricalAccuracy';

  constructor(options: MetricOptions = {}) {
    super(options, 'categorical_accuracy', 'up', categoricalAccuracy);
  }
}

/** How often the largest prediction is right, for integer targets. */
export class SparseCategoricalAccuracy extends NamedMean {
  static override readonly className: string = 'SparseCategoricalAccuracy';

  constructor(options: MetricOptions = {}) {
    super(options, 'sparse_categorical_accuracy', 'up', sparseCategoricalAccuracy);
  }
}

/** How often the class is among the k largest predictions, for one-hot targets. */
export class TopKCategoricalAccuracy extends NamedMean {
  static override readonly className: string = 'TopKCategoricalAccuracy';
  readonly k: number;

  constructor(options: MetricOptions & TopKOptions = {}) {
    const k = options.k ?? 5;
    super(options, 'top_k_categorical_accuracy', 'up', (yTrue, yPred) =>
      topKCategoricalAccuracy(yTrue, yPred, { k }),
    );
    this.k = k;
  }

  override getConfig(): object {
    return { ...super.getConfig(), k: this.k };
  }
}

/** How often the class is among the k largest predictions, for integer targets. */
export class SparseTopKCategoricalAccuracy extends NamedMean {
  static override readonly className: string = 'SparseTopKCategoricalAccuracy';
  readonly k: number;

  constructor(options: MetricOptions & TopKOptions = {}) {
    const k = options.k ?? 5;
    super(options, 'sparse_top_k_categorical_accuracy', 'up', (yTrue, yPred) =>
      sparseTopKCategoricalAccuracy(yTrue, yPred, { k }),
    );
    this.k = k;
  }

  override getConfig(): object {
    return { ...super.getConfig(), k: this.k };
  }
}
