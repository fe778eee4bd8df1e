/** The mean of a function of targets and predictions. */
import { type Tensor, toTensor } from '@addax/core';
import { getMask } from '../layers/masking.ts';
import type { TensorLike } from '../losses/loss.ts';
import { applyMask } from '../losses/reduce.ts';
import { Averaging } from './mean.ts';
import {
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  weightOf,
} from './metric.ts';

/** A function of targets and predictions that gives values per sample. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Options of {@link MeanMetricWrapper}. */
export interface MeanMetricWrapperOptions extends MetricOptions {
  /** Gives values per sample. */
  readonly fn: MetricFunction;
  /** Which way is better. */
  readonly direction?: MetricDirection;
}

/**
 * The weighted mean of a function of targets and predictions.
 *
 * @example
 * new metrics.MeanMetricWrapper({ fn: losses.meanSquaredError, name: 'error' });
 */
export class MeanMetricWrapper extends Averaging {
  static override readonly className: string = 'MeanMetricWrapper';
  readonly fn: MetricFunction;
  readonly #direction: MetricDirection;

  constructor(options: MeanMetricWrapperOptions) {
    super(options);
    this.fn = options.fn;
    this.#direction = options.direction;
  }

  override get direction(): MetricDirection {
    return this.#direction;
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const prediction = toTensor(yPred);
    const values = this.fn(toTensor(yTrue), prediction);
    const weight = weightOf(options, this.dtype);
    this.average(values, applyMask(weight, getMask(prediction), this.dtype, 'sum'));
  }

  override getConfig(): object {
    return { ...super.getConfig(), fn: this.fn };
  }
}

/** Base of the built-in means of functions, whose configuration has no function in it. */
export abstract class NamedMean extends MeanMetricWrapper {
  constructor(
    options: MetricOptions,
    name: string,
    direction: MetricDirection,
    fn: MetricFunction,
  ) {
    super({ name: options.name ?? name, dtype: options.dtype, direction, fn });
  }

  override getConfig(): object {
    return { name: this.name, dtype: this.dtype };
  }
}
