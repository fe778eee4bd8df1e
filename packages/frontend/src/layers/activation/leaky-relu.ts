/** Rectified linear units that keep a small slope below 0. */
import { ArgumentError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Slope below 0. Default 0.3. */
  readonly negativeSlope?: number | undefined;
}

/** `x` above 0, `negativeSlope · x` below. */
export class LeakyReLU extends Layer {
  static override readonly className: string = 'LeakyReLU';
  readonly negativeSlope: number;

  constructor({ negativeSlope = 0.3, ...options }: LeakyReLUOptions = {}) {
    super(options);
    if (!(negativeSlope >= 0)) {
      throw new ArgumentError(`negativeSlope must not be negative, got ${negativeSlope}.`);
    }
    this.negativeSlope = negativeSlope;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.leakyRelu(inputs, { negativeSlope: this.negativeSlope });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), negativeSlope: this.negativeSlope };
  }
}

/** {@link LeakyReLU}: a small slope below 0. */
export function leakyReLU(options: LeakyReLUOptions = {}): LeakyReLU {
  return new LeakyReLU(options);
}
