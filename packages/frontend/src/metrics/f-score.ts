/** F-scores: the mean of precision and recall, per class. */
import { ArgumentError, epsilon, ShapeError, type Tensor, toTensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { Variable } from '@addax/core';
import type { TensorLike } from '../losses/loss.ts';
import {
  accumulate,
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  TargetMetric,
  weightOf,
} from './metric.ts';

/** How classes become one number; null keeps them. */
export type FScoreAverage = 'micro' | 'macro' | 'weighted' | null;

/** Options of {@link F1Score}. */
export interface F1ScoreOptions extends MetricOptions {
  /** How classes become one number. Default null: one score per class. */
  readonly average?: FScoreAverage | undefined;
  /** Predictions above it are positive; by default the largest of each sample is. */
  readonly threshold?: number | null | undefined;
}

/** Options of {@link FBetaScore}. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** Weight of recall. Default 1. */
  readonly beta?: number | undefined;
}

interface Counts {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly falseNegatives: Variable;
  readonly intermediateWeights: Variable;
}

/** (1 + β²) · precision · recall / (β² · precision + recall), for one-hot targets. */
export class FBetaScore extends TargetMetric {
  static override readonly className: string = 'FBetaScore';
  readonly average: FScoreAverage;
  readonly beta: number;
  readonly threshold: number | null;
  #counts: Counts | undefined;

  constructor(options: FBetaScoreOptions = {}) {
    super({ ...options, name: options.name ?? 'fbeta_score' });
    this.average = options.average ?? null;
    this.beta = options.beta ?? 1;
    this.threshold = options.threshold ?? null;
    if (![null, 'micro', 'macro', 'weighted'].includes(this.average)) {
      throw new ArgumentError(
        `average must be null, micro, macro or weighted, got "${this.average}"`,
      );
    }
    if (!(this.beta > 0)) throw new ArgumentError(`beta must be above 0, got ${this.beta}`);
    if (this.threshold !== null && !(this.threshold > 0 && this.threshold <= 1)) {
      throw new ArgumentError(`threshold must be above 0 and at most 1, got ${this.threshold}`);
    }
  }

  override get direction(): MetricDirection {
    return 'up';
  }

  #build(target: Tensor, prediction: Tensor): Counts {
    if (target.rank !== 2 || prediction.rank !== 2) {
      throw new ShapeError(
        `${this.name} takes targets and predictions of shape [batch, classes], got ` +
          `[${target.shape.join(', ')}] and [${prediction.shape.join(', ')}]`,
      );
    }
    const shape = this.average === 'micro' ? [] : [prediction.shape[1]!];
    return (this.#counts = {
      truePositives: this.addVariable({ shape, name: 'true_positives' }),
      falsePositives: this.addVariable({ shape, name: 'false_positives' }),
      falseNegatives: this.addVariable({ shape, name: 'false_negatives' }),
      intermediateWeights: this.addVariable({ shape, name: 'intermediate_weights' }),
    });
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const target = toTensor(yTrue).cast(this.dtype);
    const scores = toTensor(yPred).cast(this.dtype);
    const counts = this.#counts ?? this.#build(target, scores);
    const predicted = this.#positive(scores).cast(this.dtype);
    const weight = weightOf(options, this.dtype);
    const axis = this.average === 'micro' ? null : 0;
    const add = (variable: Variable, x: Tensor): void => {
      const weighted = weight === undefined ? x : x.mul(ops.expandDims(weight, 1));
      accumulate(variable, ops.sum(weighted, { axis }));
    };
    add(counts.truePositives, predicted.mul(target));
    add(counts.falsePositives, predicted.mul(ops.subtract(1, target)));
    add(counts.falseNegatives, ops.subtract(1, predicted).mul(target));
    add(counts.intermediateWeights, target);
  }

  #positive(scores: Tensor): Tensor {
    if (this.threshold !== null) return scores.greater(this.threshold);
    const largest = ops.max(scores, { axis: -1, keepdims: true });
    return ops.logicalAnd(scores.greaterEqual(largest), ops.abs(scores).greater(1e-9));
  }

  override result(): Tensor {
    const counts = this.#counts;
    if (counts === undefined) return ops.cast(0, this.dtype);
    const right = counts.truePositives.value;
    const precision = right.div(right.add(counts.falsePositives.value).add(epsilon()));
    const recall = right.div(right.add(counts.falseNegatives.value).add(epsilon()));
    const square = this.beta ** 2;
    const mean = precision.mul(recall).div(precision.mul(square).add(recall).add(epsilon()));
    const score = mean.mul(1 + square);
    if (this.average === null) return score;
    if (this.average !== 'weighted') return ops.mean(score);
    const weights = counts.intermediateWeights.value;
    return ops.sum(score.mul(weights.div(ops.sum(weights).add(epsilon()))));
  }

  override getConfig(): object {
    const { average, beta, threshold } = this;
    return { ...super.getConfig(), average, beta, threshold };
  }
}

/** The harmonic mean of precision and recall, for one-hot targets. */
export class F1Score extends FBetaScore {
  static override readonly className: string = 'F1Score';

  constructor(options: F1ScoreOptions = {}) {
    super({ ...options, beta: 1, name: options.name ?? 'f1_score' });
  }

  override getConfig(): object {
    const { name, dtype, average, threshold } = this;
    return { name, dtype, average, threshold };
  }
}
