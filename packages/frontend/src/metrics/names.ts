/** Metrics by name: the table behind `metrics.get`. */
import type { Constructor } from '../identifiers.ts';
import * as accuracy from './accuracy.ts';
import { AUC } from './auc.ts';
import * as confusion from './confusion-metrics.ts';
import * as fScore from './f-score.ts';
import * as iou from './iou.ts';
import * as losses from './loss-metrics.ts';
import { Mean, Sum } from './mean.ts';
import type { Metric } from './metric.ts';
import * as rates from './rate-at.ts';
import * as regression from './regression.ts';

/** Names of the built-in metrics. */
export type MetricName =
  | 'accuracy'
  | 'auc'
  | 'binaryAccuracy'
  | 'binaryCrossentropy'
  | 'bce'
  | 'binaryIoU'
  | 'categoricalAccuracy'
  | 'categoricalCrossentropy'
  | 'categoricalHinge'
  | 'concordanceCorrelation'
  | 'cosineSimilarity'
  | 'f1Score'
  | 'fBetaScore'
  | 'falseNegatives'
  | 'falsePositives'
  | 'hinge'
  | 'ioU'
  | 'klDivergence'
  | 'kld'
  | 'logCoshError'
  | 'logcosh'
  | 'mean'
  | 'meanAbsoluteError'
  | 'mae'
  | 'meanAbsolutePercentageError'
  | 'mape'
  | 'meanIoU'
  | 'meanSquaredError'
  | 'mse'
  | 'meanSquaredLogarithmicError'
  | 'msle'
  | 'oneHotIoU'
  | 'oneHotMeanIoU'
  | 'pearsonCorrelation'
  | 'poisson'
  | 'precision'
  | 'precisionAtRecall'
  | 'r2Score'
  | 'recall'
  | 'recallAtPrecision'
  | 'rootMeanSquaredError'
  | 'sensitivityAtSpecificity'
  | 'sparseCategoricalAccuracy'
  | 'sparseCategoricalCrossentropy'
  | 'sparseTopKCategoricalAccuracy'
  | 'specificityAtSensitivity'
  | 'squaredHinge'
  | 'sum'
  | 'topKCategoricalAccuracy'
  | 'trueNegatives'
  | 'truePositives';

/** Built-in metrics by name. */
export const METRICS: Readonly<Record<MetricName, Constructor<Metric>>> = {
  accuracy: accuracy.Accuracy,
  auc: AUC,
  binaryAccuracy: accuracy.BinaryAccuracy,
  binaryCrossentropy: losses.BinaryCrossentropy,
  bce: losses.BinaryCrossentropy,
  binaryIoU: iou.BinaryIoU,
  categoricalAccuracy: accuracy.CategoricalAccuracy,
  categoricalCrossentropy: losses.CategoricalCrossentropy,
  categoricalHinge: losses.CategoricalHinge,
  concordanceCorrelation: regression.ConcordanceCorrelation,
  cosineSimilarity: losses.CosineSimilarity,
  f1Score: fScore.F1Score,
  fBetaScore: fScore.FBetaScore,
  falseNegatives: confusion.FalseNegatives,
  falsePositives: confusion.FalsePositives,
  hinge: losses.Hinge,
  ioU: iou.IoU,
  klDivergence: losses.KLDivergence,
  kld: losses.KLDivergence,
  logCoshError: losses.LogCoshError,
  logcosh: losses.LogCoshError,
  mean: Mean,
  meanAbsoluteError: losses.MeanAbsoluteError,
  mae: losses.MeanAbsoluteError,
  meanAbsolutePercentageError: losses.MeanAbsolutePercentageError,
  mape: losses.MeanAbsolutePercentageError,
  meanIoU: iou.MeanIoU,
  meanSquaredError: losses.MeanSquaredError,
  mse: losses.MeanSquaredError,
  meanSquaredLogarithmicError: losses.MeanSquaredLogarithmicError,
  msle: losses.MeanSquaredLogarithmicError,
  oneHotIoU: iou.OneHotIoU,
  oneHotMeanIoU: iou.OneHotMeanIoU,
  pearsonCorrelation: regression.PearsonCorrelation,
  poisson: losses.Poisson,
  precision: confusion.Precision,
  precisionAtRecall: rates.PrecisionAtRecall,
  r2Score: regression.R2Score,
  recall: confusion.Recall,
  recallAtPrecision: rates.RecallAtPrecision,
  rootMeanSquaredError: regression.RootMeanSquaredError,
  sensitivityAtSpecificity: rates.SensitivityAtSpecificity,
  sparseCategoricalAccuracy: accuracy.SparseCategoricalAccuracy,
  sparseCategoricalCrossentropy: losses.SparseCategoricalCrossentropy,
  sparseTopKCategoricalAccuracy: accuracy.SparseTopKCategoricalAccuracy,
  specificityAtSensitivity: rates.SpecificityAtSensitivity,
  squaredHinge: losses.SquaredHinge,
  sum: Sum,
  topKCategoricalAccuracy: accuracy.TopKCategoricalAccuracy,
  trueNegatives: confusion.TrueNegatives,
  truePositives: confusion.TruePositives,
};
