/** Base of losses: values per sample from targets and predictions, weighted and reduced. */
import {
  autoName,
  type DType,
  floatx,
  type Nested,
  type Tensor,
  toSnakeCase,
  toTensor,
  type TypedArray,
  type Variable,
  withSource,
} from '@addax/core';
import { Described } from '../described.ts';
import { checkOption } from '../identifiers.ts';
import { getMask } from '../layers/masking.ts';
import { classNameOf, type NamedClass } from '../utils/class-name.ts';
import { type Reduction, REDUCTIONS, reduceWeighted } from './reduce.ts';

/** Values that losses and metrics take. */
export type TensorLike = Tensor | Variable | TypedArray | Nested;

/** Options of every loss. */
export interface LossOptions {
  /** Name; that of the class in snake_case by default. */
  readonly name?: string | undefined;
  /** How values per sample become one number. Default 'sumOverBatchSize' (the mean). */
  readonly reduction?: Reduction | undefined;
  /** dtype it computes in; floatx by default. */
  readonly dtype?: DType | undefined;
}

/** Options of a call of a loss. */
export interface LossCallOptions {
  /** Weight of each sample, or of each value. */
  readonly sampleWeight?: TensorLike | null | undefined;
  /** Which values count; by default the mask that travels with the predictions. */
  readonly mask?: Tensor | null | undefined;
}

/** A loss can be called. */
export interface Loss {
  (yTrue: TensorLike, yPred: TensorLike, options?: LossCallOptions): Tensor;
}

/**
 * How far predictions are from targets. Subclasses write `call(yTrue, yPred)`, which gives values per
 * sample.
 *
 * @example
 * const loss = new losses.MeanSquaredError({ reduction: 'sum' });
 * loss(yTrue, yPred, { sampleWeight: [1, 0.5] });
 */
export abstract class Loss extends Described {
  static readonly className: string = 'Loss';
  readonly name: string;
  readonly reduction: Reduction;
  readonly dtype: DType;

  constructor(options: LossOptions = {}) {
    super();
    const className = classNameOf(this.constructor as unknown as NamedClass);
    this.name = options.name ?? autoName(toSnakeCase(className));
    this.reduction = checkOption('reduction', options.reduction ?? 'sumOverBatchSize', REDUCTIONS);
    this.dtype = options.dtype ?? floatx();
  }

  /** Values per sample, not reduced. Both arguments have the loss's dtype. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  override invoke(yTrue: TensorLike, yPred: TensorLike, options: LossCallOptions = {}): Tensor {
    return withSource(this.name, () => {
      const prediction = toTensor(yPred);
      const values = this.call(toTensor(yTrue).cast(this.dtype), prediction.cast(this.dtype));
      const { sampleWeight, mask } = options;
      const weight =
        sampleWeight === null || sampleWeight === undefined
          ? undefined
          : toTensor(sampleWeight).cast(this.dtype);
      const own = both(mask ?? getMask(prediction), getMask(values));
      return reduceWeighted(values, weight, own, this.reduction);
    });
  }

  override getConfig(): object {
    return { name: this.name, reduction: this.reduction };
  }
}

function both(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.cast('float32').mul(b.cast('float32'));
}
