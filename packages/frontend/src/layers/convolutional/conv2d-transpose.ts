/** Transposed convolution over two axes. */
import { ConvTranspose, type ConvTransposeOptions } from './conv-transpose.ts';

/** Options of {@link Conv2DTranspose}. */
export type Conv2DTransposeOptions = ConvTransposeOptions;

/**
 * The transpose of a convolution over images: it makes small ones larger.
 *
 * Shapes: `[batch, rows, columns, channels]` → the same with new sizes and `filters` channels;
 * kernel `[…kernelSize, filters, channels]`, bias `[filters]`.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 *
 * @example
 * const y = layers.conv2dTranspose({ filters: 16, kernelSize: 4, strides: 2, padding: 'same' })(x);
 */
export class Conv2DTranspose extends ConvTranspose {
  static override readonly className: string = 'Conv2DTranspose';

  constructor(options: Conv2DTransposeOptions) {
    super(2, options);
  }
}

/** {@link Conv2DTranspose}: transposed convolution over images. */
export function conv2dTranspose(options: Conv2DTransposeOptions): Conv2DTranspose {
  return new Conv2DTranspose(options);
}
