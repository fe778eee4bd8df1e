/** Transposed convolution over one axis. */
import { ConvTranspose, type ConvTransposeOptions } from './conv-transpose.ts';

/** Options of {@link Conv1DTranspose}. */
export type Conv1DTransposeOptions = ConvTransposeOptions;

/**
 * The transpose of a convolution over sequences: it makes small ones larger.
 *
 * Shapes: `[batch, steps, channels]` → the same with new sizes and `filters` channels;
 * kernel `[…kernelSize, filters, channels]`, bias `[filters]`.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 *
 * @example
 * const y = layers.conv1dTranspose({ filters: 16, kernelSize: 4, strides: 2, padding: 'same' })(x);
 */
export class Conv1DTranspose extends ConvTranspose {
  static override readonly className: string = 'Conv1DTranspose';

  constructor(options: Conv1DTransposeOptions) {
    super(1, options);
  }
}

/** {@link Conv1DTranspose}: transposed convolution over sequences. */
export function conv1dTranspose(options: Conv1DTransposeOptions): Conv1DTranspose {
  return new Conv1DTranspose(options);
}
