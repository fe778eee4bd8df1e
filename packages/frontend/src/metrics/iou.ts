/** Intersection over union of segmentations, from a confusion matrix. */
import { ArgumentError, type DType, epsilon, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { tensor, toTensor, type Variable } from '@addax/core';
import type { TensorLike } from '../losses/loss.ts';
import {
  accumulate,
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  TargetMetric,
  weightOf,
} from './metric.ts';

/** Options of {@link MeanIoU}. */
export interface MeanIoUOptions extends MetricOptions {
  /** Number of classes. */
  readonly numClasses: number;
  /** Samples of this class do not count. */
  readonly ignoreClass?: number | null | undefined;
  /** Whether targets are integers rather than one-hot. Default true. */
  readonly sparseYTrue?: boolean | undefined;
  /** Whether predictions are integers rather than scores per class. Default true. */
  readonly sparseYPred?: boolean | undefined;
  /** Axis of the classes, where not integers. Default −1. */
  readonly axis?: number | undefined;
}

/** Options of {@link IoU}. */
export interface IoUOptions extends MeanIoUOptions {
  /** Classes whose mean is the result. */
  readonly targetClassIds: readonly number[];
}

/** Counts are 32-bit integers, as on every backend of Keras but one. */
function countDType(dtype: DType | undefined): DType {
  return dtype === undefined || dtype === 'int64' ? 'int32' : dtype;
}

/** Mean over some classes of |prediction ∩ target| / |prediction ∪ target|. */
export class IoU extends TargetMetric {
  static override readonly className: string = 'IoU';
  readonly numClasses: number;
  readonly targetClassIds: readonly number[];
  readonly ignoreClass: number | null;
  readonly sparseYTrue: boolean;
  readonly sparseYPred: boolean;
  readonly axis: number;
  readonly totalConfusionMatrix: Variable;

  constructor(options: IoUOptions) {
    super({ ...options, dtype: countDType(options.dtype) });
    this.numClasses = options.numClasses;
    this.targetClassIds = [...options.targetClassIds];
    const wrong = this.targetClassIds.find((id) => id >= this.numClasses || id < 0);
    if (wrong !== undefined) {
      throw new ArgumentError(
        `targetClassIds must be between 0 and ${this.numClasses - 1}, got ${wrong}`,
      );
    }
    this.ignoreClass = options.ignoreClass ?? null;
    this.sparseYTrue = options.sparseYTrue ?? true;
    this.sparseYPred = options.sparseYPred ?? true;
    this.axis = options.axis ?? -1;
    const shape = [this.numClasses, this.numClasses];
    this.totalConfusionMatrix = this.addVariable({ shape, name: 'total_confusion_matrix' });
  }

  override get direction(): MetricDirection {
    return 'up';
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const target = this.#classes(toTensor(yTrue), this.sparseYTrue);
    const prediction = this.#classes(toTensor(yPred), this.sparseYPred);
    const within = (x: Tensor): Tensor =>
      ops.logicalAnd(x.greaterEqual(0), x.less(this.numClasses));
    let counts = ops.logicalAnd(within(target), within(prediction));
    if (this.ignoreClass !== null) {
      counts = ops.logicalAnd(counts, target.notEqual(this.ignoreClass));
    }
    const weight = weightOf(options, this.dtype);
    let weights = counts.cast(this.dtype);
    if (weight !== undefined) {
      weights = weights.mul(weight.rank === 0 ? weight : weight.reshape([-1]));
    }
    const size = this.numClasses;
    const cells = target.mul(size).add(prediction);
    const safe = ops.where(counts, cells, 0);
    const matrix = ops.segmentSum(weights, safe, { numSegments: size * size });
    accumulate(this.totalConfusionMatrix, matrix.reshape([size, size]));
  }

  #classes(x: Tensor, sparse: boolean): Tensor {
    const classes = sparse ? x : ops.argmax(x, { axis: this.axis });
    return classes.cast('int32').reshape([-1]);
  }

  override result(): Tensor {
    const matrix = this.totalConfusionMatrix.value.cast('float32');
    const right = ops.diagonal(matrix);
    const union = ops
      .sum(matrix, { axis: 0 })
      .add(ops.sum(matrix, { axis: 1 }))
      .sub(right);
    const valid = union.greater(1e-9);
    const shares = ops.where(valid, right.div(union.add(epsilon())), 0);
    const ids = tensor([...this.targetClassIds], undefined, 'int32');
    const sum = ops.sum(ops.take(shares, ids));
    return sum.div(ops.sum(ops.take(valid.cast('float32'), ids)).add(epsilon()));
  }

  override getConfig(): object {
    const { numClasses, targetClassIds, ignoreClass, sparseYTrue, sparseYPred, axis } = this;
    const own = { numClasses, targetClassIds, ignoreClass, sparseYTrue, sparseYPred, axis };
    return { ...super.getConfig(), ...own };
  }
}

/** Options of {@link BinaryIoU}. */
export interface BinaryIoUOptions extends MetricOptions {
  /** Classes whose mean is the result. Default [0, 1]. */
  readonly targetClassIds?: readonly number[] | undefined;
  /** Predictions at or above it are class 1. Default 0.5. */
  readonly threshold?: number | undefined;
}

/** Intersection over union of two classes, from probabilities. */
export class BinaryIoU extends IoU {
  static override readonly className: string = 'BinaryIoU';
  readonly threshold: number;

  constructor(options: BinaryIoUOptions = {}) {
    const { name, dtype, targetClassIds = [0, 1] } = options;
    super({ name, dtype, numClasses: 2, targetClassIds });
    this.threshold = options.threshold ?? 0.5;
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const prediction = toTensor(yPred).cast('float32');
    super.updateState(yTrue, prediction.greaterEqual(this.threshold).cast('int32'), options);
  }

  override getConfig(): object {
    const { targetClassIds, threshold, name, dtype } = this;
    return { targetClassIds, threshold, name, dtype };
  }
}

function allClasses(numClasses: number): number[] {
  return Array.from({ length: numClasses }, (_, i) => i);
}

/** Mean intersection over union of all classes. */
export class MeanIoU extends IoU {
  static override readonly className: string = 'MeanIoU';

  constructor(options: MeanIoUOptions) {
    super({ ...options, targetClassIds: allClasses(options.numClasses) });
  }

  override getConfig(): object {
    const { numClasses, name, dtype, ignoreClass, sparseYTrue, sparseYPred, axis } = this;
    return { numClasses, name, dtype, ignoreClass, sparseYTrue, sparseYPred, axis };
  }
}

/** {@link IoU} of one-hot targets and scores per class. */
export class OneHotIoU extends IoU {
  static override readonly className: string = 'OneHotIoU';

  constructor(options: Omit<IoUOptions, 'sparseYTrue'>) {
    super({ ...options, sparseYTrue: false, sparseYPred: options.sparseYPred ?? false });
  }

  override getConfig(): object {
    const { numClasses, targetClassIds, name, dtype, ignoreClass, sparseYPred, axis } = this;
    return { numClasses, targetClassIds, name, dtype, ignoreClass, sparseYPred, axis };
  }
}

/** {@link MeanIoU} of one-hot targets and scores per class. */
export class OneHotMeanIoU extends MeanIoU {
  static override readonly className: string = 'OneHotMeanIoU';

  constructor(options: Omit<MeanIoUOptions, 'sparseYTrue'>) {
    super({ ...options, sparseYTrue: false, sparseYPred: options.sparseYPred ?? false });
  }

  override getConfig(): object {
    const { numClasses, name, dtype, ignoreClass, sparseYPred, axis } = this;
    return { numClasses, name, dtype, ignoreClass, sparseYPred, axis };
  }
}
