/** Batch renormalisation (Ioffe, arXiv 1702.03275): statistics of the batch, corrected. */
import {
  ArgumentError,
  decode,
  type DType,
  encode,
  type HostTensor,
  type Tensor,
  type Variable,
} from '@addax/core';
import * as ops from '@addax/core/ops';
import { Initializer } from '../../initializers/index.ts';
import { follow } from './moving-statistics.ts';

/** Bounds of the corrections; missing ones do not bound. */
export interface RenormClipping {
  /** Largest ratio of deviations. */
  readonly rmax?: number | null | undefined;
  /** Smallest ratio of deviations. */
  readonly rmin?: number | null | undefined;
  /** Largest shift, in deviations. */
  readonly dmax?: number | null | undefined;
}

/** Standard deviations, from what draws variances. */
class Deviations extends Initializer {
  static override readonly className: string = 'Deviations';
  readonly variances: Initializer;

  constructor(variances: Initializer) {
    super();
    this.variances = variances;
  }

  override draw(shape: readonly number[], dtype?: DType): HostTensor {
    const { data, ...drawn } = this.variances.draw(shape, dtype);
    const variances = Array.from(decode(data, drawn.dtype), Number);
    return { ...drawn, data: encode(variances.map(Math.sqrt), drawn.dtype) };
  }
}

/** What draws the first deviations if `variances` draws the first variances. */
export function deviationsOf(variances: Initializer): Initializer {
  return new Deviations(variances);
}

/** The statistics that corrections are made from, and their bounds. */
export class Renorm {
  readonly clipping: RenormClipping;
  readonly momentum: number;
  movingDeviation!: Variable;
  mean!: Variable;
  deviation!: Variable;

  constructor(clipping: RenormClipping, momentum: number) {
    const { rmax, rmin, dmax } = clipping;
    const bounded = typeof rmax === 'number' && typeof rmin === 'number';
    if ((bounded && rmax < rmin) || (dmax ?? 0) < 0) {
      throw new ArgumentError(
        `renormClipping ${JSON.stringify(clipping)} must have rmin ≤ rmax and dmax ≥ 0.`,
      );
    }
    this.clipping = clipping;
    this.momentum = momentum;
  }

  /** Scale and offset that make up for the difference between the batch and the past. */
  correct(
    mean: Tensor,
    variance: Tensor,
    epsilon: number,
    gamma: Variable | undefined,
    beta: Variable | undefined,
  ): { scale: Tensor; offset: Tensor } {
    const { rmin, rmax, dmax } = this.clipping;
    const past = ops.maximum(this.deviation, Math.sqrt(epsilon));
    let ratio = ops.divide(ops.sqrt(ops.add(variance, epsilon)), past);
    let shift = ops.divide(ops.subtract(mean, this.mean), past);
    if (typeof rmin === 'number') ratio = ops.maximum(ratio, rmin);
    if (typeof rmax === 'number') ratio = ops.minimum(ratio, rmax);
    if (typeof dmax === 'number') shift = ops.clip(shift, -dmax, dmax);
    const [r, d] = [ops.stopGradient(ratio), ops.stopGradient(shift)];
    const scale = gamma === undefined ? r : ops.multiply(r, gamma);
    const offset = gamma === undefined ? d : ops.multiply(d, gamma);
    return { scale, offset: beta === undefined ? offset : ops.add(offset, beta) };
  }

  /** Moves the statistics of the corrections towards those of the batch. */
  follow(mean: Tensor, deviation: Tensor): void {
    follow(this.mean, mean, this.momentum);
    follow(this.deviation, deviation, this.momentum);
  }
}
