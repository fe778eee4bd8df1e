/** Numbers from one range into another: pixels 0…255 to 0…1, say. */
import { imageDataFormat, type Tensor, tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link Rescaling}. */
export interface RescalingOptions extends LayerOptions {
  /** Factor, or one per channel. */
  readonly scale: number | readonly number[];
  /** Added afterwards, or one per channel. Default 0. */
  readonly offset?: number | readonly number[] | undefined;
}

/**
 * `inputs * scale + offset`.
 *
 * @example
 * layers.rescaling({ scale: 1 / 127.5, offset: -1 }); // 0…255 → −1…1
 */
export class Rescaling extends Layer {
  static override readonly className: string = 'Rescaling';
  readonly scale: number | readonly number[];
  readonly offset: number | readonly number[];

  constructor({ scale, offset = 0, ...options }: RescalingOptions) {
    super(options);
    this.scale = scale;
    this.offset = offset;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    const dtype = this.computeDtype;
    const scaled = ops.multiply(ops.cast(inputs, dtype), this.#operand(this.scale));
    return ops.add(scaled, this.#operand(this.offset));
  }

  /** Lists stand along the channel axis. */
  #operand(value: number | readonly number[]): Tensor | number {
    if (typeof value === 'number') return value;
    const channelsFirst = imageDataFormat() === 'channelsFirst';
    const shape = channelsFirst ? [value.length, 1, 1] : [value.length];
    return tensor(value, shape, this.computeDtype);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), scale: this.scale, offset: this.offset };
  }
}

/** {@link Rescaling}: `inputs * scale + offset`. */
export function rescaling(options: RescalingOptions): Rescaling {
  return new Rescaling(options);
}
