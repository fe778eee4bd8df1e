/** Softmax as a layer, with a mask. */
import { isFloat, Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import type { LayerOptions, ResolvedCallOptions } from '../types.ts';

/** Options of {@link Softmax}. */
export interface SoftmaxOptions extends LayerOptions {
  /** Axis or axes along which the results sum to 1. Default −1. */
  readonly axis?: number | readonly number[] | undefined;
}

/**
 * Non-negative values that sum to 1 along `axis`; where the mask (given by name, it broadcasts to the
 * inputs) is false they are 0.
 *
 * @example
 * layers.softmax({ axis: -1 })(scores, { mask });
 */
export class Softmax extends Layer {
  static override readonly className: string = 'Softmax';
  readonly axis: number | readonly number[];

  constructor({ axis = -1, ...options }: SoftmaxOptions = {}) {
    super(options);
    this.axis = axis;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, { mask }: ResolvedCallOptions): Tensor {
    const { axis } = this;
    if (!(mask instanceof Tensor)) return ops.softmax(inputs, { axis });
    const kept = isFloat(mask.dtype) ? ops.greater(mask, 0.5) : ops.cast(mask, 'bool');
    const low = inputs.dtype === 'float16' ? -3e4 : -1e9;
    const outputs = ops.softmax(ops.where(kept, inputs, low), { axis });
    return ops.where(kept, outputs, 0);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** {@link Softmax}: values that sum to 1 along an axis. */
export function softmax(options: SoftmaxOptions = {}): Softmax {
  return new Softmax(options);
}
