/** Counts of true and false positives and negatives, precision and recall. */
import type { Tensor, Variable } from '@addax/core';
import type { TensorLike } from '../losses/loss.ts';
import { divideOrZero } from '../losses/reduce.ts';
import {
  type ConfusionCounts,
  countConfusion,
  LOWEST_THRESHOLD,
  parseThresholds,
} from './confusion.ts';
import {
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  TargetMetric,
} from './metric.ts';

/** Options with thresholds. */
export interface ThresholdOptions extends MetricOptions {
  /** Predictions above it are positive; several give several results. Default 0.5. */
  readonly thresholds?: number | readonly number[] | null | undefined;
}

/** The one element of a result for one threshold. */
function single(result: Tensor, thresholds: readonly number[]): Tensor {
  return thresholds.length === 1 ? result.reshape([]) : result;
}

abstract class ConfusionCount extends TargetMetric {
  readonly thresholds: readonly number[];
  readonly accumulator: Variable;
  readonly #given: ThresholdOptions['thresholds'];
  readonly #kind: keyof ConfusionCounts;

  constructor(options: ThresholdOptions, kind: keyof ConfusionCounts) {
    super(options);
    this.#kind = kind;
    this.#given = options.thresholds;
    this.thresholds = parseThresholds(options.thresholds, 0.5);
    this.accumulator = this.addVariable({
      shape: [this.thresholds.length],
      name: 'accumulator',
    });
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const { thresholds } = this;
    const { sampleWeight } = options;
    const counts = { [this.#kind]: this.accumulator };
    countConfusion(counts, yTrue, yPred, { thresholds, sampleWeight });
  }

  override result(): Tensor {
    return single(this.accumulator.value, this.thresholds);
  }

  override getConfig(): object {
    return { ...super.getConfig(), thresholds: this.#given ?? null };
  }
}

/** How many positives were predicted positive. */
export class TruePositives extends ConfusionCount {
  static override readonly className: string = 'TruePositives';

  constructor(options: ThresholdOptions = {}) {
    super(options, 'truePositives');
  }
}

/** How many negatives were predicted negative. */
export class TrueNegatives extends ConfusionCount {
  static override readonly className: string = 'TrueNegatives';

  constructor(options: ThresholdOptions = {}) {
    super(options, 'trueNegatives');
  }
}

/** How many negatives were predicted positive. */
export class FalsePositives extends ConfusionCount {
  static override readonly className: string = 'FalsePositives';

  constructor(options: ThresholdOptions = {}) {
    super(options, 'falsePositives');
  }
}

/** How many positives were predicted negative. */
export class FalseNegatives extends ConfusionCount {
  static override readonly className: string = 'FalseNegatives';

  constructor(options: ThresholdOptions = {}) {
    super(options, 'falseNegatives');
  }
}

/** Options of {@link Precision} and {@link Recall}. */
export interface PrecisionOptions extends ThresholdOptions {
  /** Only the k largest predictions of a sample may be positive. */
  readonly topK?: number | null | undefined;
  /** Only this class counts. */
  readonly classId?: number | null | undefined;
}

abstract class Ratio extends TargetMetric {
  readonly thresholds: readonly number[];
  readonly topK: number | null;
  readonly classId: number | null;
  readonly truePositives: Variable;
  readonly #errors: Variable;
  readonly #kind: keyof ConfusionCounts;
  readonly #given: ThresholdOptions['thresholds'];

  constructor(options: PrecisionOptions, kind: keyof ConfusionCounts, name: string) {
    super(options);
    this.#kind = kind;
    this.#given = options.thresholds;
    this.topK = options.topK ?? null;
    this.classId = options.classId ?? null;
    const fallback = this.topK === null ? 0.5 : LOWEST_THRESHOLD;
    this.thresholds = parseThresholds(options.thresholds, fallback);
    const shape = [this.thresholds.length];
    this.truePositives = this.addVariable({ shape, name: 'true_positives' });
    this.#errors = this.addVariable({ shape, name });
  }

  override get direction(): MetricDirection {
    return 'up';
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const { thresholds, topK, classId, truePositives } = this;
    const { sampleWeight } = options;
    const counts = { truePositives, [this.#kind]: this.#errors };
    countConfusion(counts, yTrue, yPred, { thresholds, topK, classId, sampleWeight });
  }

  override result(): Tensor {
    const right = this.truePositives.value;
    return single(divideOrZero(right, right.add(this.#errors.value)), this.thresholds);
  }

  override getConfig(): object {
    const { topK, classId } = this;
    return { ...super.getConfig(), thresholds: this.#given ?? null, topK, classId };
  }
}

/** What part of the positive predictions is right. */
export class Precision extends Ratio {
  static override readonly className: string = 'Precision';

  constructor(options: PrecisionOptions = {}) {
    super(options, 'falsePositives', 'false_positives');
  }
}

/** What part of the positives was predicted. */
export class Recall extends Ratio {
  static override readonly className: string = 'Recall';

  constructor(options: PrecisionOptions = {}) {
    super(options, 'falseNegatives', 'false_negatives');
  }
}
