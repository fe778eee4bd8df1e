/**
 * Losses: classes (`losses.MeanSquaredError`), functions with values per sample
 * (`losses.meanSquaredError(yTrue, yPred)`) and `losses.get`.
 */
import { type Constructor, type ObjectConfig, resolve } from '../identifiers.ts';
import * as classes from './class-losses.ts';
import { Loss } from './loss.ts';
import * as regression from './regression-losses.ts';

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

/** Names of the built-in losses. */
export type LossName =
  | 'binaryCrossentropy'
  | 'bce'
  | 'binaryFocalCrossentropy'
  | 'categoricalCrossentropy'
  | 'categoricalFocalCrossentropy'
  | 'categoricalGeneralizedCrossEntropy'
  | 'categoricalHinge'
  | 'circle'
  | 'cosineSimilarity'
  | 'ctc'
  | 'dice'
  | 'hinge'
  | 'huber'
  | 'klDivergence'
  | 'kld'
  | 'logCosh'
  | 'meanAbsoluteError'
  | 'mae'
  | 'meanAbsolutePercentageError'
  | 'mape'
  | 'meanSquaredError'
  | 'mse'
  | 'meanSquaredLogarithmicError'
  | 'msle'
  | 'poisson'
  | 'sparseCategoricalCrossentropy'
  | 'squaredHinge'
  | 'tversky';

/** What `compile` takes as a loss. `crossentropy` is chosen by the shapes of the data. */
export type LossLike = LossName | 'crossentropy' | 'ce' | Loss | ObjectConfig | LossFunction;

/** A function of targets and predictions that gives values per sample. */
export type LossFunction = (
  yTrue: Parameters<Loss['call']>[0],
  yPred: Parameters<Loss['call']>[1],
) => ReturnType<Loss['call']>;

const TABLE: Readonly<Record<LossName, Constructor<Loss>>> = {
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

/** Shapes of one target and its prediction; `crossentropy` is chosen by them. */
export interface LossShapes {
  readonly yTrue: readonly (number | null)[];
  readonly yPred: readonly (number | null)[];
}

/** Which crossentropy, or accuracy, shapes call for: the rule of Keras. */
export function kindOfTarget({ yTrue, yPred }: LossShapes): 'binary' | 'sparse' | 'categorical' {
  if (yPred.at(-1) === 1) return 'binary';
  const column = yTrue.length === yPred.length && yTrue.at(-1) === 1;
  return yTrue.length < yPred.length || column ? 'sparse' : 'categorical';
}

const CROSSENTROPIES = {
  binary: classes.BinaryCrossentropy,
  sparse: classes.SparseCategoricalCrossentropy,
  categorical: classes.CategoricalCrossentropy,
} as const;

/** A loss made of a function. */
class FunctionLoss extends Loss {
  static override readonly className: string = 'LossFunctionWrapper';
  readonly fn: LossFunction;

  constructor(fn: LossFunction) {
    super({ name: fn.name === '' ? undefined : fn.name });
    this.fn = fn;
  }

  override call(...args: Parameters<Loss['call']>): ReturnType<Loss['call']> {
    return this.fn(...args);
  }
}

/**
 * A loss from its name, its configuration, a function or itself.
 *
 * @param shapes Needed for `'crossentropy'` (or `'ce'`), which is chosen by them.
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(identifier: LossLike | string, shapes?: LossShapes): Loss {
  if (identifier instanceof Loss) return identifier;
  if (typeof identifier === 'function') return new FunctionLoss(identifier);
  if ((identifier === 'crossentropy' || identifier === 'ce') && shapes !== undefined) {
    return new CROSSENTROPIES[kindOfTarget(shapes)]();
  }
  return resolve('loss', TABLE, identifier, (value) => value instanceof Loss);
}
