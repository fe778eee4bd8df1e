/** All losses by name. */
import type { Constructor } from '../identifiers.ts';
import * as classes from './class-losses.ts';
import type { LossName } from './get.ts';
import type { Loss } from './loss.ts';
import * as regression from './regression-losses.ts';

/** Built-in losses by name. */
export const LOSSES: Readonly<Record<LossName, Constructor<Loss>>> = {
  binaryCrossentropy: classes.BinaryCrossentropy,
  bce: classes.BinaryCrossentropy,
  binaryFocalCrossentropy: classes.BinaryFocalCrossentropy,
  categoricalCrossentropy: classes.CategoricalCrossentropy,
  categoricalFocalCrossentropy: classes.CategoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy: classes.CategoricalGeneralizedCrossEntropy,
  categoricalHinge: regression.CategoricalHinge,
  circle: classes.Circle,
  cosineSimilarity: regression.CosineSimilarity,
  ctc: classes.CTC,
  dice: classes.Dice,
  hinge: regression.Hinge,
  huber: regression.Huber,
  klDivergence: regression.KLDivergence,
  kld: regression.KLDivergence,
  logCosh: regression.LogCosh,
  meanAbsoluteError: regression.MeanAbsoluteError,
  mae: regression.MeanAbsoluteError,
  meanAbsolutePercentageError: regression.MeanAbsolutePercentageError,
  mape: regression.MeanAbsolutePercentageError,
  meanSquaredError: regression.MeanSquaredError,
  mse: regression.MeanSquaredError,
  meanSquaredLogarithmicError: regression.MeanSquaredLogarithmicError,
  msle: regression.MeanSquaredLogarithmicError,
  poisson: regression.Poisson,
  sparseCategoricalCrossentropy: classes.SparseCategoricalCrossentropy,
  squaredHinge: regression.SquaredHinge,
  tversky: classes.Tversky,
};
