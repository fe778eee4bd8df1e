/**
 * Losses: classes (`losses.MeanSquaredError`), functions with values per sample
 * (`losses.meanSquaredError(yTrue, yPred)`) and `losses.get`.
 */
import { learn } from '../identifiers.ts';
import { get as getKnown, KNOWN, type LossLike, type LossShapes } from './get.ts';
import type { Loss } from './loss.ts';
import { LOSSES } from './names.ts';

export {
  kindOfTarget,
  type LossFunction,
  type LossLike,
  type LossName,
  type LossShapes,
} from './get.ts';
export { Loss, type LossCallOptions, type LossOptions, type TensorLike } from './loss.ts';
export type { Reduction } from './reduce.ts';
export * from './class-losses.ts';
export * from './regression-losses.ts';
export * from './crossentropy.ts';
export * from './overlap.ts';
export { ctc } from './ctc.ts';
export {
  categoricalHinge,
  cosineSimilarity,
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
} from './regression.ts';

/**
 * A loss from its name, its configuration, a function or itself.
 *
 * @param shapes Needed for `'crossentropy'` (or `'ce'`), which is chosen by them.
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: LossLike | string, shapes?: LossShapes): Loss {
  learn(KNOWN, LOSSES);
  return getKnown(identifier, shapes);
}
