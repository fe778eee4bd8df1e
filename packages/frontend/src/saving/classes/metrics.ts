/** How metrics stand in files. */
import * as metrics from '../../metrics/index.ts';
import { entriesOf } from '../names.ts';
import type { SerializableEntry } from '../registry.ts';

const entry = entriesOf('keras.metrics', 'name dtype');
const aggregated = entriesOf('keras.metrics', 'name dtype', ['classAggregation']);

/** All built-in metrics. */
export const METRIC_CLASSES: readonly SerializableEntry[] = [
  entry('Mean', metrics.Mean),
  entry('Sum', metrics.Sum),
  entry('MeanMetricWrapper', metrics.MeanMetricWrapper, 'fn'),
  entry('MeanSquaredError', metrics.MeanSquaredError),
  entry('RootMeanSquaredError', metrics.RootMeanSquaredError),
  entry('MeanAbsoluteError', metrics.MeanAbsoluteError),
  entry('MeanAbsolutePercentageError', metrics.MeanAbsolutePercentageError),
  entry('MeanSquaredLogarithmicError', metrics.MeanSquaredLogarithmicError),
  entry('CosineSimilarity', metrics.CosineSimilarity, 'axis'),
  entry('LogCoshError', metrics.LogCoshError),
  entry('Poisson', metrics.Poisson),
  entry('KLDivergence', metrics.KLDivergence),
  entry('Hinge', metrics.Hinge),
  entry('SquaredHinge', metrics.SquaredHinge),
  entry('CategoricalHinge', metrics.CategoricalHinge),
  entry('BinaryCrossentropy', metrics.BinaryCrossentropy, 'fromLogits labelSmoothing'),
  entry(
    'CategoricalCrossentropy',
    metrics.CategoricalCrossentropy,
    'fromLogits labelSmoothing axis',
  ),
  entry(
    'SparseCategoricalCrossentropy',
    metrics.SparseCategoricalCrossentropy,
    'fromLogits ignoreClass axis',
  ),
  entry('Accuracy', metrics.Accuracy),
  entry('BinaryAccuracy', metrics.BinaryAccuracy, 'threshold'),
  entry('CategoricalAccuracy', metrics.CategoricalAccuracy),
  entry('SparseCategoricalAccuracy', metrics.SparseCategoricalAccuracy),
  entry('TopKCategoricalAccuracy', metrics.TopKCategoricalAccuracy, 'k'),
  entry('SparseTopKCategoricalAccuracy', metrics.SparseTopKCategoricalAccuracy, 'k'),
  entry('TruePositives', metrics.TruePositives, 'thresholds'),
  entry('TrueNegatives', metrics.TrueNegatives, 'thresholds'),
  entry('FalsePositives', metrics.FalsePositives, 'thresholds'),
  entry('FalseNegatives', metrics.FalseNegatives, 'thresholds'),
  entry('Precision', metrics.Precision, 'thresholds topK classId'),
  entry('Recall', metrics.Recall, 'thresholds topK classId'),
  entry(
    'AUC',
    metrics.AUC,
    'numThresholds curve summationMethod thresholds multiLabel numLabels labelWeights fromLogits',
  ),
  entry(
    'SensitivityAtSpecificity',
    metrics.SensitivityAtSpecificity,
    'specificity numThresholds classId',
  ),
  entry(
    'SpecificityAtSensitivity',
    metrics.SpecificityAtSensitivity,
    'sensitivity numThresholds classId',
  ),
  entry('PrecisionAtRecall', metrics.PrecisionAtRecall, 'recall numThresholds classId'),
  entry('RecallAtPrecision', metrics.RecallAtPrecision, 'precision numThresholds classId'),
  entry('F1Score', metrics.F1Score, 'average threshold'),
  entry('FBetaScore', metrics.FBetaScore, 'average beta threshold'),
  entry('BinaryIoU', metrics.BinaryIoU, 'targetClassIds threshold'),
  entry('IoU', metrics.IoU, 'numClasses targetClassIds ignoreClass axis sparseYTrue sparseYPred'),
  entry('MeanIoU', metrics.MeanIoU, 'numClasses ignoreClass axis sparseYTrue sparseYPred'),
  entry('OneHotIoU', metrics.OneHotIoU, 'numClasses targetClassIds ignoreClass axis sparseYPred'),
  entry('OneHotMeanIoU', metrics.OneHotMeanIoU, 'numClasses ignoreClass axis sparseYPred'),
  aggregated('R2Score', metrics.R2Score, 'classAggregation numRegressors'),
  entry('PearsonCorrelation', metrics.PearsonCorrelation, 'axis'),
  entry('ConcordanceCorrelation', metrics.ConcordanceCorrelation, 'axis'),
];
