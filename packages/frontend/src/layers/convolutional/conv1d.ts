/** Convolution over one axis: sequences. */
import { Conv, type ConvOptions } from './conv.ts';

/** Options of {@link Conv1D}. */
export type Conv1DOptions = ConvOptions;

/**
 * Convolution over the steps of a sequence; padding may be `'causal'`.
 *
 * Shapes: `[batch, steps, channels]` → the same with new sizes and `filters` channels;
 * kernel `[…kernelSize, channels / groups, filters]`, bias `[filters]`.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 *
 * @example
 * const y = layers.conv1d({ filters: 32, kernelSize: 5, padding: 'causal' })(x);
 */
export class Conv1D extends Conv {
  static override readonly className: string = 'Conv1D';

  constructor(options: Conv1DOptions) {
    super(1, options);
  }
}

/** {@link Conv1D}: convolution over sequences. */
export function conv1d(options: Conv1DOptions): Conv1D {
  return new Conv1D(options);
}
