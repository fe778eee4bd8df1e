/**
 * Metrics: classes (`new metrics.AUC()`), functions with values per sample (`metrics.binaryAccuracy`),
 * factories of the common ones (`metrics.mean()`) and `metrics.get`.
 */
import {
  type Constructor,
  lookUp,
  type ObjectConfig,
  resolve,
  toSnakeIdentifier,
} from '../identifiers.ts';
import { kindOfTarget, type LossShapes } from '../losses/index.ts';
import * as accuracies from './accuracy.ts';
import { AUC, type AUCOptions } from './auc.ts';
import { Precision, type PrecisionOptions, Recall } from './confusion-metrics.ts';
import { Metric, type MetricOptions } from './metric.ts';
import { type MetricName, METRICS } from './names.ts';
import { Mean, Sum } from './mean.ts';
import { MeanMetricWrapper, type MeanMetricWrapperOptions } from './mean-metric-wrapper.ts';
import type { MetricFunction } from './mean-metric-wrapper.ts';

export {
  Metric,
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  type MetricVariableOptions,
} from './metric.ts';
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

/** What `compile` takes as a metric. `accuracy` and `crossentropy` are chosen by the data's shapes. */
export type MetricLike =
  MetricName | 'acc' | 'crossentropy' | 'ce' | Metric | MetricFunction | ObjectConfig;

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

const ACCURACIES = {
  binary: accuracies.BinaryAccuracy,
  sparse: accuracies.SparseCategoricalAccuracy,
  categorical: accuracies.CategoricalAccuracy,
} as const;

const CROSSENTROPIES = {
  binary: METRICS.binaryCrossentropy,
  sparse: METRICS.sparseCategoricalCrossentropy,
  categorical: METRICS.categoricalCrossentropy,
} as const;

/** Keras' word for a name: the key in logs. Class names stay as they are. */
function logName(name: string): string {
  return /^[a-z]/.test(name) ? toSnakeIdentifier(name) : name;
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
  if (typeof identifier === 'function') {
    const name = identifier.name === '' ? undefined : identifier.name;
    return new MeanMetricWrapper({ fn: identifier, name });
  }
  if (typeof identifier === 'string') {
    const options = { name: logName(identifier) };
    return new (classNamed(identifier, shapes))(options as never);
  }
  return resolve('metric', METRICS, identifier, (value) => value instanceof Metric);
}

function classNamed(name: string, shapes: LossShapes | undefined): Constructor<Metric> {
  if (shapes !== undefined) {
    const kind = kindOfTarget(shapes);
    if (name === 'accuracy' || name === 'acc') return ACCURACIES[kind];
    if (name === 'crossentropy' || name === 'ce') return CROSSENTROPIES[kind];
  }
  return lookUp<Constructor<Metric>>('metric', METRICS, name);
}
