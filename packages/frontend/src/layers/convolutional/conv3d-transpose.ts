/** Transposed convolution over three axes. */
import { ConvTranspose, type ConvTransposeOptions } from './conv-transpose.ts';

/** Options of {@link Conv3DTranspose}. */
export type Conv3DTransposeOptions = ConvTransposeOptions;

/**
 * The transpose of a convolution over volumes: it makes small ones larger.
 *
 * Shapes: `[batch, depth, rows, columns, channels]` → the same with new sizes and `filters` channels;
 * kernel `[…kernelSize, filters, channels]`, bias `[filters]`.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 *
 * @example
 * const y = layers.conv3dTranspose({ filters: 16, kernelSize: 4, strides: 2, padding: 'same' })(x);
 */
export class Conv3DTranspose extends ConvTranspose {
  static override readonly className: string = 'Conv3DTranspose';

  constructor(options: Conv3DTransposeOptions) {
    super(3, options);
  }
}

/** {@link Conv3DTranspose}: transposed convolution over volumes. */
export function conv3dTranspose(options: Conv3DTransposeOptions): Conv3DTranspose {
  return new Conv3DTranspose(options);
}
