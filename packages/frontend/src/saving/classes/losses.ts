/** How losses stand in files. */
import * as losses from '../../losses/index.ts';
import { entriesOf } from '../names.ts';
import type { SerializableEntry } from '../registry.ts';

const entry = entriesOf('keras.losses', 'name reduction dtype', ['reduction']);
const entropy = 'fromLogits labelSmoothing axis';

/** All built-in losses. */
export const LOSSES: readonly SerializableEntry[] = lossEntries();

// A function, because bundlers keep a table whose rows are put together outside of one.
function lossEntries(): readonly SerializableEntry[] {
  return [
    entry('MeanSquaredError', losses.MeanSquaredError),
    entry('MeanAbsoluteError', losses.MeanAbsoluteError),
    entry('MeanAbsolutePercentageError', losses.MeanAbsolutePercentageError),
    entry('MeanSquaredLogarithmicError', losses.MeanSquaredLogarithmicError),
    entry('CosineSimilarity', losses.CosineSimilarity, 'axis'),
    entry('Huber', losses.Huber, 'delta'),
    entry('LogCosh', losses.LogCosh),
    entry('Poisson', losses.Poisson),
    entry('KLDivergence', losses.KLDivergence),
    entry('Hinge', losses.Hinge),
    entry('SquaredHinge', losses.SquaredHinge),
    entry('CategoricalHinge', losses.CategoricalHinge),
    entry('BinaryCrossentropy', losses.BinaryCrossentropy, entropy),
    entry(
      'BinaryFocalCrossentropy',
      losses.BinaryFocalCrossentropy,
      `${entropy} applyClassBalancing alpha gamma`,
    ),
    entry('CategoricalCrossentropy', losses.CategoricalCrossentropy, entropy),
    entry(
      'CategoricalFocalCrossentropy',
      losses.CategoricalFocalCrossentropy,
      `${entropy} alpha gamma`,
    ),
    entry(
      'SparseCategoricalCrossentropy',
      losses.SparseCategoricalCrossentropy,
      'fromLogits ignoreClass axis',
    ),
    entry('CategoricalGeneralizedCrossEntropy', losses.CategoricalGeneralizedCrossEntropy, 'q'),
    entry('Dice', losses.Dice, 'axis'),
    entry('Tversky', losses.Tversky, 'alpha beta axis'),
    entry('Circle', losses.Circle, 'gamma margin removeDiagonal'),
    entry('CTC', losses.CTC),
  ];
}
