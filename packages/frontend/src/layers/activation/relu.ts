/** Rectified linear units, with the slope, threshold and ceiling of Keras' layer. */
import { ArgumentError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link ReLU}. */
export interface ReLUOptions extends LayerOptions {
  /** Ceiling. Default none. */
  readonly maxValue?: number | null | undefined;
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number | undefined;
  /** Where the function starts to be the identity. Default 0. */
  readonly threshold?: number | undefined;
}

/**
 * `x` from `threshold` on, `negativeSlope · (x − threshold)` below it, and at most `maxValue`.
 *
 * @example
 * layers.relu({ maxValue: 6 })(x);
 */
export class ReLU extends Layer {
  static override readonly className: string = 'ReLU';
  readonly maxValue: number | undefined;
  readonly negativeSlope: number;
  readonly threshold: number;

  constructor({ maxValue, negativeSlope = 0, threshold = 0, ...options }: ReLUOptions = {}) {
    super(options);
    this.maxValue = maxValue ?? undefined;
    this.negativeSlope = negativeSlope;
    this.threshold = threshold;
    this.supportsMasking = true;
    for (const [option, value] of Object.entries({ maxValue, negativeSlope, threshold })) {
      if (value !== null && value !== undefined && !(value >= 0)) {
        throw new ArgumentError(`${option} must not be negative, got ${value}.`);
      }
    }
  }

  override call(inputs: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this;
    let outputs: Tensor;
    if (threshold === 0) {
      outputs = negativeSlope === 0 ? ops.relu(inputs) : ops.leakyRelu(inputs, { negativeSlope });
    } else {
      const below = ops.multiply(ops.subtract(inputs, threshold), negativeSlope);
      outputs = ops.where(ops.greater(inputs, threshold), inputs, below);
    }
    return maxValue === undefined ? outputs : ops.minimum(outputs, maxValue);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      maxValue: this.maxValue ?? null,
      negativeSlope: this.negativeSlope,
      threshold: this.threshold,
    };
  }
}

/** {@link ReLU}: rectified linear units. */
export function relu(options: ReLUOptions = {}): ReLU {
  return new ReLU(options);
}
