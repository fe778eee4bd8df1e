/** Normalisation by the root mean square. */
import { type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions, Shape } from '../types.ts';

/** Options of {@link RMSNormalization}. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** Axis or axes to normalise over. Default −1. */
  readonly axis?: number | readonly number[] | undefined;
  /** Added to the mean square. Default 1e-6. */
  readonly epsilon?: number | undefined;
}

/** `x / √(mean(x²) + epsilon) · scale` (Zhang and Sennrich, arXiv 1910.07467). */
export class RMSNormalization extends Layer {
  static override readonly className: string = 'RMSNormalization';
  readonly axis: number | readonly number[];
  readonly epsilon: number;
  scale!: Variable;

  constructor({ axis = -1, epsilon = 1e-6, ...options }: RMSNormalizationOptions = {}) {
    super(options);
    this.axis = axis;
    this.epsilon = epsilon;
    this.supportsMasking = true;
  }

  override build(inputShape: Shape): void {
    const axes = typeof this.axis === 'number' ? [this.axis] : this.axis;
    const shape = axes.map((axis) => knownSize(this, inputShape, axis));
    this.scale = this.addWeight({ name: 'scale', shape, initializer: 'ones', autocast: false });
  }

  override call(inputs: Tensor): Tensor {
    const { axis, epsilon } = this;
    const axes = (typeof axis === 'number' ? [axis] : axis).map((one) =>
      one < 0 ? one + inputs.rank : one,
    );
    const shape = inputs.shape.map((size, i) => (axes.includes(i) ? size : 1));
    const scale = ops.reshape(this.scale, shape);
    return ops.rmsNormalization(inputs, scale, { axis: axes, epsilon });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis, epsilon: this.epsilon };
  }
}

/** {@link RMSNormalization}: normalisation by the root mean square. */
export function rmsNormalization(options: RMSNormalizationOptions = {}): RMSNormalization {
  return new RMSNormalization(options);
}
