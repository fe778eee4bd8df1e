/**
 * Metrics by name. Here are the common ones; `names.ts` has all, which programs that must be small leave
 * out.
 */
import {
  commonNames,
  type Constructor,
  lookUp,
  type ObjectConfig,
  resolve,
  toSnakeIdentifier,
} from '../identifiers.ts';
import { kindOfTarget, type LossShapes } from '../losses/get.ts';
import * as accuracies from './accuracy.ts';
import * as losses from './loss-metrics.ts';
import { Mean, Sum } from './mean.ts';
import { MeanMetricWrapper, type MetricFunction } from './mean-metric-wrapper.ts';
import { Metric } from './metric.ts';
import type { MetricName } from './names.ts';

/** What `compile` takes as a metric. `accuracy` and `crossentropy` are chosen by the data's shapes. */
export type MetricLike =
  MetricName | 'acc' | 'crossentropy' | 'ce' | Metric | MetricFunction | ObjectConfig;

/** Metrics that are known by name. */
export const KNOWN: Readonly<Record<string, Constructor<Metric>>> = commonNames<
  Constructor<Metric>
>({
  accuracy: accuracies.Accuracy,
  binaryAccuracy: accuracies.BinaryAccuracy,
  categoricalAccuracy: accuracies.CategoricalAccuracy,
  mean: Mean,
  meanAbsoluteError: losses.MeanAbsoluteError,
  mae: losses.MeanAbsoluteError,
  meanSquaredError: losses.MeanSquaredError,
  mse: losses.MeanSquaredError,
  sparseCategoricalAccuracy: accuracies.SparseCategoricalAccuracy,
  sum: Sum,
});

const ACCURACIES = {
  binary: accuracies.BinaryAccuracy,
  sparse: accuracies.SparseCategoricalAccuracy,
  categorical: accuracies.CategoricalAccuracy,
} as const;

const CROSSENTROPIES = {
  binary: losses.BinaryCrossentropy,
  sparse: losses.SparseCategoricalCrossentropy,
  categorical: losses.CategoricalCrossentropy,
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
  return resolve('metric', KNOWN, identifier, (value) => value instanceof Metric);
}

function classNamed(name: string, shapes: LossShapes | undefined): Constructor<Metric> {
  if (shapes !== undefined) {
    const kind = kindOfTarget(shapes);
    if (name === 'accuracy' || name === 'acc') return ACCURACIES[kind];
    if (name === 'crossentropy' || name === 'ce') return CROSSENTROPIES[kind];
  }
  return lookUp<Constructor<Metric>>('metric', KNOWN, name);
}
