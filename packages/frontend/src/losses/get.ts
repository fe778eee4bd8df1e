/**
 * Losses by name. Here are the common ones; `names.ts` has all, which programs that must be small leave
 * out.
 */
import { commonNames, type Constructor, type ObjectConfig, resolve } from '../identifiers.ts';
import * as classes from './class-losses.ts';
import { Loss } from './loss.ts';
import * as regression from './regression-losses.ts';

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

/** Losses that are known by name. */
export const KNOWN: Readonly<Record<string, Constructor<Loss>>> = commonNames<Constructor<Loss>>({
  binaryCrossentropy: classes.BinaryCrossentropy,
  bce: classes.BinaryCrossentropy,
  categoricalCrossentropy: classes.CategoricalCrossentropy,
  meanAbsoluteError: regression.MeanAbsoluteError,
  mae: regression.MeanAbsoluteError,
  meanSquaredError: regression.MeanSquaredError,
  mse: regression.MeanSquaredError,
  sparseCategoricalCrossentropy: classes.SparseCategoricalCrossentropy,
});

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
  return resolve('loss', KNOWN, identifier, (value) => value instanceof Loss);
}
