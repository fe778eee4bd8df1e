/** Metrics that add up values: sum and mean. */
import { type DType, type Tensor, toTensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { getMask } from '../layers/masking.ts';
import type { TensorLike } from '../losses/loss.ts';
import { applyMask, divideOrZero, matchRanks } from '../losses/reduce.ts';
import { accumulate, Metric, type MetricOptions } from './metric.ts';
import { type MetricUpdateOptions, weightOf } from './metric.ts';

type Reduce = (x: Tensor, options: { axis: readonly number[] }) => Tensor;

/** Values weighted and reduced to one per sample, and the weights alike. */
function perSample(
  given: Tensor,
  weight: Tensor | undefined,
  reduce: Reduce,
  dtype: DType,
): [Tensor, Tensor | undefined] {
  let values = given.cast(dtype);
  let weights: Tensor | undefined;
  if (weight !== undefined) {
    const masked = applyMask(weight, getMask(given), dtype, 'sum')!;
    [values, weights] = matchRanks(values, masked);
    if (values.rank > weights.rank) values = reduce(values, { axis: from(weights.rank, values) });
    weights = ops.broadcastTo(weights, values.shape);
    values = values.mul(weights);
    if (weights.rank > 1) weights = reduce(weights, { axis: from(1, weights) });
  }
  if (values.rank > 1) values = reduce(values, { axis: from(1, values) });
  return [values, weights];
}

function from(axis: number, x: Tensor): number[] {
  return Array.from({ length: x.rank - axis }, (_, i) => axis + i);
}

/** The weighted sum of values. */
export class Sum extends Metric {
  static override readonly className: string = 'Sum';
  readonly total: Variable;

  constructor(options: MetricOptions = {}) {
    super({ ...options, name: options.name ?? 'sum' });
    this.total = this.addVariable({ name: 'total' });
  }

  override updateState(values: TensorLike, options: MetricUpdateOptions = {}): void {
    const weight = weightOf(options, this.dtype);
    const [reduced] = perSample(toTensor(values), weight, ops.sum, this.dtype);
    accumulate(this.total, ops.sum(reduced));
  }

  override result(): Tensor {
    return this.total.value;
  }
}

/** State and result of a weighted mean. */
export abstract class Averaging extends Metric {
  readonly total: Variable;
  readonly count: Variable;

  constructor(options: MetricOptions) {
    super(options);
    this.total = this.addVariable({ name: 'total' });
    this.count = this.addVariable({ name: 'count' });
  }

  protected average(values: Tensor, weight: Tensor | undefined): void {
    const [reduced, weights] = perSample(values, weight, ops.mean, this.dtype);
    accumulate(this.total, ops.sum(reduced));
    const count =
      weights === undefined ? ops.cast(reduced.shape[0] ?? 1, this.dtype) : ops.sum(weights);
    accumulate(this.count, count);
  }

  override result(): Tensor {
    return divideOrZero(this.total.value, this.count.value);
  }
}

/** The weighted mean of values. */
export class Mean extends Averaging {
  static override readonly className: string = 'Mean';

  constructor(options: MetricOptions = {}) {
    super({ ...options, name: options.name ?? 'mean' });
  }

  override updateState(values: TensorLike, options: MetricUpdateOptions = {}): void {
    this.average(toTensor(values), weightOf(options, this.dtype));
  }
}
