/** Marks the steps of a sequence that are padding. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link Masking}. */
export interface MaskingOptions extends LayerOptions {
  /** A step is padding if all of its features are this. Default 0. */
  readonly maskValue?: number | undefined;
}

/**
 * Layers after this one skip the steps whose features all equal `maskValue`; they are set to 0.
 *
 * Shapes: `[batch, steps, features]` → the same, with a mask `[batch, steps]`.
 *
 * @example
 * const y = layers.lstm({ units: 32 })(layers.masking()(x));
 */
export class Masking extends Layer {
  static override readonly className: string = 'Masking';
  readonly maskValue: number;

  constructor({ maskValue = 0, ...options }: MaskingOptions = {}) {
    super(options);
    this.maskValue = maskValue;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    const kept = ops.any(ops.notEqual(inputs, this.maskValue), { axis: -1, keepdims: true });
    return ops.where(kept, inputs, 0);
  }

  override computeMask(inputs: Tensor): Tensor {
    return ops.any(ops.notEqual(inputs, this.maskValue), { axis: -1 });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), maskValue: this.maskValue };
  }
}

/** {@link Masking}: skips padding in sequences. */
export function masking(options: MaskingOptions = {}): Masking {
  return new Masking(options);
}
