/** One rate where another reaches a value: precision at recall and its relatives. */
import { ArgumentError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { TensorLike } from '../losses/loss.ts';
import { divideOrZero } from '../losses/reduce.ts';
import type { Counts } from './auc.ts';
import { countConfusion, evenThresholds } from './confusion.ts';
import {
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  TargetMetric,
} from './metric.ts';

/** Options of the metrics of one rate at another. */
export interface RateAtOptions extends MetricOptions {
  /** How many thresholds are tried. Default 200. */
  readonly numThresholds?: number | undefined;
  /** Only this class counts. */
  readonly classId?: number | null | undefined;
}

/** The largest value of one rate among the thresholds at which another rate reaches a value. */
abstract class RateAt extends TargetMetric {
  readonly numThresholds: number;
  readonly classId: number | null;
  readonly thresholds: readonly number[];
  readonly #value: number;
  readonly #counts: Counts;

  constructor(options: RateAtOptions, value: number, name: string) {
    super(options);
    if (!(value >= 0 && value <= 1)) {
      throw new ArgumentError(`${name} must be between 0 and 1, got ${value}`);
    }
    this.#value = value;
    this.numThresholds = options.numThresholds ?? 200;
    if (!(this.numThresholds > 0)) {
      throw new ArgumentError(`numThresholds must be above 0, got ${this.numThresholds}`);
    }
    this.classId = options.classId ?? null;
    this.thresholds = this.numThresholds === 1 ? [0.5] : evenThresholds(this.numThresholds, 0);
    const shape = [this.thresholds.length];
    this.#counts = {
      truePositives: this.addVariable({ shape, name: 'true_positives' }),
      falsePositives: this.addVariable({ shape, name: 'false_positives' }),
      trueNegatives: this.addVariable({ shape, name: 'true_negatives' }),
      falseNegatives: this.addVariable({ shape, name: 'false_negatives' }),
    };
  }

  override get direction(): MetricDirection {
    return 'up';
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const { thresholds, classId } = this;
    const { sampleWeight } = options;
    countConfusion(this.#counts, yTrue, yPred, { thresholds, classId, sampleWeight });
  }

  protected rate(part: keyof Counts, rest: keyof Counts): Tensor {
    const value = this.#counts[part].value;
    return divideOrZero(value, value.add(this.#counts[rest].value));
  }

  protected largest(dependent: Tensor, constrained: Tensor): Tensor {
    return ops.max(ops.where(constrained.greaterEqual(this.#value), dependent, 0));
  }

  override getConfig(): object {
    const { numThresholds, classId } = this;
    return { ...super.getConfig(), numThresholds, classId };
  }
}

/** The best sensitivity where specificity reaches a value. */
export class SensitivityAtSpecificity extends RateAt {
  static override readonly className: string = 'SensitivityAtSpecificity';
  readonly specificity: number;

  constructor(options: RateAtOptions & { readonly specificity: number }) {
    super(options, options.specificity, 'specificity');
    this.specificity = options.specificity;
  }

  override result(): Tensor {
    const sensitivity = this.rate('truePositives', 'falseNegatives');
    return this.largest(sensitivity, this.rate('trueNegatives', 'falsePositives'));
  }

  override getConfig(): object {
    return { ...super.getConfig(), specificity: this.specificity };
  }
}

/** The best specificity where sensitivity reaches a value. */
export class SpecificityAtSensitivity extends RateAt {
  static override readonly className: string = 'SpecificityAtSensitivity';
  readonly sensitivity: number;

  constructor(options: RateAtOptions & { readonly sensitivity: number }) {
    super(options, options.sensitivity, 'sensitivity');
    this.sensitivity = options.sensitivity;
  }

  override result(): Tensor {
    const sensitivity = this.rate('truePositives', 'falseNegatives');
    return this.largest(this.rate('trueNegatives', 'falsePositives'), sensitivity);
  }

  override getConfig(): object {
    return { ...super.getConfig(), sensitivity: this.sensitivity };
  }
}

/** The best precision where recall reaches a value. */
export class PrecisionAtRecall extends RateAt {
  static override readonly className: string = 'PrecisionAtRecall';
  readonly recall: number;

  constructor(options: RateAtOptions & { readonly recall: number }) {
    super(options, options.recall, 'recall');
    this.recall = options.recall;
  }

  override result(): Tensor {
    const recall = this.rate('truePositives', 'falseNegatives');
    return this.largest(this.rate('truePositives', 'falsePositives'), recall);
  }

  override getConfig(): object {
    return { ...super.getConfig(), recall: this.recall };
  }
}

/** The best recall where precision reaches a value. */
export class RecallAtPrecision extends RateAt {
  static override readonly className: string = 'RecallAtPrecision';
  readonly precision: number;

  constructor(options: RateAtOptions & { readonly precision: number }) {
    super(options, options.precision, 'precision');
    this.precision = options.precision;
  }

  override result(): Tensor {
    const recall = this.rate('truePositives', 'falseNegatives');
    return this.largest(recall, this.rate('truePositives', 'falsePositives'));
  }

  override getConfig(): object {
    return { ...super.getConfig(), precision: this.precision };
  }
}
