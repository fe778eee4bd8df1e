/** Vectors of length 1. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link UnitNormalization}. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** Axis or axes along which vectors run. Default −1. */
  readonly axis?: number | readonly number[] | undefined;
}

/** Divides vectors by their Euclidean length. */
export class UnitNormalization extends Layer {
  static override readonly className: string = 'UnitNormalization';
  readonly axis: number | readonly number[];

  constructor({ axis = -1, ...options }: UnitNormalizationOptions = {}) {
    super(options);
    this.axis = axis;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.normalize(inputs, { axis: this.axis, order: 2, epsilon: 1e-12 });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** {@link UnitNormalization}: vectors of length 1. */
export function unitNormalization(options: UnitNormalizationOptions = {}): UnitNormalization {
  return new UnitNormalization(options);
}
