/**
 * Metrics: classes (`new metrics.AUC()`), functions with values per sample (`metrics.binaryAccuracy`),
 * factories of the common ones (`metrics.mean()`) and `metrics.get`.
 */
import { learn } from '../identifiers.ts';
import type { LossShapes } from '../losses/get.ts';
import { AUC, type AUCOptions } from './auc.ts';
import { Precision, type PrecisionOptions, Recall } from './confusion-metrics.ts';
import { get as getKnown, KNOWN, type MetricLike } from './get.ts';
import type { Metric, MetricOptions } from './metric.ts';
import { METRICS } from './names.ts';
import { Mean, Sum } from './mean.ts';
import { MeanMetricWrapper, type MeanMetricWrapperOptions } from './mean-metric-wrapper.ts';

export {
  Metric,
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  type MetricVariableOptions,
} from './metric.ts';
export type { MetricLike } from './get.ts';
export type { MetricName } from './names.ts';
export { Mean, Sum } from './mean.ts';
export {
  MeanMetricWrapper,
  type MeanMetricWrapperOptions,
  type MetricFunction,
} from './mean-metric-wrapper.ts';
export * from './accuracy.ts';
export { AUC, type AUCOptions } from './auc.ts';
export * from './confusion-metrics.ts';
export * from './f-score.ts';
export * from './iou.ts';
export * from './loss-metrics.ts';
export * from './rate-at.ts';
export * from './regression.ts';
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from '../losses/crossentropy.ts';
export {
  categoricalHinge,
  hinge,
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  squaredHinge,
} from '../losses/regression.ts';

/** {@link Mean}. */
export function mean(options: MetricOptions = {}): Mean {
  return new Mean(options);
}

/** {@link Sum}. */
export function sum(options: MetricOptions = {}): Sum {
  return new Sum(options);
}

/** {@link AUC}. */
export function auc(options: AUCOptions = {}): AUC {
  return new AUC(options);
}

/** {@link Precision}. */
export function precision(options: PrecisionOptions = {}): Precision {
  return new Precision(options);
}

/** {@link Recall}. */
export function recall(options: PrecisionOptions = {}): Recall {
  return new Recall(options);
}

/** {@link MeanMetricWrapper}. */
export function meanMetricWrapper(options: MeanMetricWrapperOptions): MeanMetricWrapper {
  return new MeanMetricWrapper(options);
}

/**
 * A metric from its name, its configuration, a function or itself. One made from a name bears that
 * name in logs.
 *
 * @param shapes With them `'accuracy'` (or `'acc'`) and `'crossentropy'` (or `'ce'`) are chosen as Keras
 *   does: binary, categorical or sparse categorical.
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: MetricLike | string, shapes?: LossShapes): Metric {
  learn(KNOWN, METRICS);
  return getKnown(identifier, shapes);
}
