/** Regression metrics that are no mean of a loss: root mean square, R², correlations. */
import {
  ArgumentError,
  epsilon,
  ShapeError,
  type Tensor,
  toTensor,
  type Variable,
} from '@addax/core';
import * as ops from '@addax/core/ops';
import { checkOption } from '../identifiers.ts';
import type { TensorLike } from '../losses/loss.ts';
import { matchRanks } from '../losses/reduce.ts';
import { aligned } from '../losses/regression.ts';
import {
  accumulate,
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  TargetMetric,
  weightOf,
} from './metric.ts';
import { NamedMean } from './mean-metric-wrapper.ts';

/** Root of the mean of squared differences. */
export class RootMeanSquaredError extends NamedMean {
  static override readonly className: string = 'RootMeanSquaredError';

  constructor(options: MetricOptions = {}) {
    super(options, 'root_mean_squared_error', 'down', (yTrue, yPred) => {
      const [target, prediction] = aligned(yTrue, yPred);
      return ops.square(prediction.sub(target));
    });
  }

  override result(): Tensor {
    return ops.sqrt(super.result());
  }
}

/** How the scores of several outputs become one. */
export type ClassAggregation = 'uniformAverage' | 'varianceWeightedAverage';

/** Options of {@link R2Score}. */
export interface R2ScoreOptions extends MetricOptions {
  /** How outputs become one number; null keeps them. Default 'uniformAverage'. */
  readonly classAggregation?: ClassAggregation | null | undefined;
  /** Number of regressors, for the adjusted score. Default 0: not adjusted. */
  readonly numRegressors?: number | undefined;
}

interface Sums {
  readonly squaredSum: Variable;
  readonly sum: Variable;
  readonly residual: Variable;
  readonly count: Variable;
}

/** R², the part of the variance that predictions explain; shapes are `[batch, outputs]`. */
export class R2Score extends TargetMetric {
  static override readonly className: string = 'R2Score';
  readonly classAggregation: ClassAggregation | null;
  readonly numRegressors: number;
  readonly numSamples: Variable;
  #sums: Sums | undefined;

  constructor(options: R2ScoreOptions = {}) {
    super({ ...options, name: options.name ?? 'r2_score' });
    const aggregation =
      options.classAggregation === undefined ? 'uniformAverage' : options.classAggregation;
    this.classAggregation =
      aggregation === null
        ? null
        : checkOption<ClassAggregation>('classAggregation', aggregation, [
            'uniformAverage',
            'varianceWeightedAverage',
          ]);
    this.numRegressors = options.numRegressors ?? 0;
    if (!(this.numRegressors >= 0)) {
      throw new ArgumentError(`numRegressors must be at least 0, got ${this.numRegressors}`);
    }
    this.numSamples = this.addVariable({ name: 'num_samples' });
  }

  override get direction(): MetricDirection {
    return 'up';
  }

  #build(target: Tensor): Sums {
    if (target.rank !== 2) {
      throw new ShapeError(
        `${this.name} takes shapes [batch, outputs], got [${target.shape.join(', ')}]`,
      );
    }
    const shape = [target.shape[1]!];
    return (this.#sums = {
      squaredSum: this.addVariable({ shape, name: 'squared_sum' }),
      sum: this.addVariable({ shape, name: 'sum' }),
      residual: this.addVariable({ shape, name: 'residual' }),
      count: this.addVariable({ shape, name: 'count' }),
    });
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const [target, prediction] = matchRanks(
      toTensor(yTrue).cast(this.dtype),
      toTensor(yPred).cast(this.dtype),
    );
    const sums = this.#sums ?? this.#build(target);
    const given = weightOf(options, this.dtype);
    const column = given?.rank === 1 ? given.reshape([-1, 1]) : given;
    const weight = ops.broadcastTo(column ?? ops.cast(1, this.dtype), target.shape);
    const weighted = target.mul(weight);
    accumulate(sums.sum, ops.sum(weighted, { axis: 0 }));
    accumulate(sums.squaredSum, ops.sum(target.mul(weighted), { axis: 0 }));
    const squares = ops.square(target.sub(prediction));
    accumulate(sums.residual, ops.sum(squares.mul(weight), { axis: 0 }));
    accumulate(sums.count, ops.sum(weight, { axis: 0 }));
    accumulate(this.numSamples, ops.cast(target.size, this.dtype));
  }

  override result(): Tensor {
    const sums = this.#sums;
    if (sums === undefined) return ops.cast(0, this.dtype);
    const sum = sums.sum.value;
    const total = sums.squaredSum.value.sub(sum.mul(sum.div(sums.count.value)));
    const raw = ops.subtract(1, sums.residual.value.div(total));
    const scores = ops.where(ops.isinf(raw), 0, raw);
    let score = scores;
    if (this.classAggregation === 'uniformAverage') score = ops.mean(scores);
    else if (this.classAggregation !== null) {
      score = ops.sum(total.mul(scores)).div(ops.sum(total));
    }
    return this.numRegressors === 0 ? score : this.#adjusted(score);
  }

  /** The adjusted score where there are samples enough, else the plain one. */
  #adjusted(score: Tensor): Tensor {
    const samples = this.numSamples.value;
    const left = samples.sub(this.numRegressors + 1);
    const enough = left.greater(0);
    const ratio = samples.sub(1).div(ops.where(enough, left, 1));
    const adjusted = ops.subtract(1, ops.subtract(1, score).mul(ratio));
    return ops.where(enough, adjusted, score);
  }

  override getConfig(): object {
    const { classAggregation, numRegressors } = this;
    return { ...super.getConfig(), classAggregation, numRegressors };
  }
}

/** An axis. */
export interface CorrelationOptions {
  /** Axis along which to correlate. Default −1. */
  readonly axis?: number | undefined;
}

function centred(x: Tensor, axis: number): Tensor {
  return x.sub(x.mean({ axis, keepdims: true }));
}

/** Pearson's correlation of targets and predictions along an axis. */
export function pearsonCorrelation(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CorrelationOptions = {},
): Tensor {
  const axis = options.axis ?? -1;
  const unit = (x: Tensor): Tensor => {
    const difference = centred(x, axis);
    return difference.div(ops.std(difference, { axis, keepdims: true }));
  };
  const [target, prediction] = aligned(yTrue, yPred);
  return unit(target).mul(unit(prediction)).mean({ axis });
}

/** Lin's concordance correlation of targets and predictions along an axis. */
export function concordanceCorrelation(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CorrelationOptions = {},
): Tensor {
  const axis = options.axis ?? -1;
  const [target, prediction] = aligned(yTrue, yPred);
  const targetMean = target.mean({ axis, keepdims: true });
  const predictionMean = prediction.mean({ axis, keepdims: true });
  const variance = (x: Tensor): Tensor =>
    ops.square(centred(x, axis)).mean({ axis, keepdims: true });
  const covariance = target.sub(predictionMean).mul(prediction.sub(predictionMean));
  const distance = ops.square(targetMean.sub(predictionMean));
  const norm = variance(target).add(variance(prediction)).add(distance);
  return covariance.mul(2).div(norm.add(epsilon())).mean({ axis });
}

/** Mean Pearson correlation. */
export class PearsonCorrelation extends NamedMean {
  static override readonly className: string = 'PearsonCorrelation';
  readonly axis: number;

  constructor(options: MetricOptions & CorrelationOptions = {}) {
    const axis = options.axis ?? -1;
    super(options, 'pearson_correlation', 'up', (yTrue, yPred) =>
      pearsonCorrelation(yTrue, yPred, { axis }),
    );
    this.axis = axis;
  }

  override getConfig(): object {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** Mean concordance correlation. */
export class ConcordanceCorrelation extends NamedMean {
  static override readonly className: string = 'ConcordanceCorrelation';
  readonly axis: number;

  constructor(options: MetricOptions & CorrelationOptions = {}) {
    const axis = options.axis ?? -1;
    super(options, 'concordance_correlation', 'up', (yTrue, yPred) =>
      concordanceCorrelation(yTrue, yPred, { axis }),
    );
    this.axis = axis;
  }

  override getConfig(): object {
    return { ...super.getConfig(), axis: this.axis };
  }
}
