/** Convolution over two axes: images. */
import { Conv, type ConvOptions } from './conv.ts';

/** Options of {@link Conv2D}. */
export type Conv2DOptions = ConvOptions;

/**
 * Convolution over the rows and columns of images.
 *
 * Shapes: `[batch, rows, columns, channels]` → the same with new sizes and `filters` channels;
 * kernel `[…kernelSize, channels / groups, filters]`, bias `[filters]`.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 *
 * @example
 * const y = layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' })(x);
 */
export class Conv2D extends Conv {
  static override readonly className: string = 'Conv2D';

  constructor(options: Conv2DOptions) {
    super(2, options);
  }
}

/** {@link Conv2D}: convolution over images. */
export function conv2d(options: Conv2DOptions): Conv2D {
  return new Conv2D(options);
}
