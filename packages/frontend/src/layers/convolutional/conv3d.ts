/** Convolution over three axes: volumes. */
import { Conv, type ConvOptions } from './conv.ts';

/** Options of {@link Conv3D}. */
export type Conv3DOptions = ConvOptions;

/**
 * Convolution over volumes.
 *
 * Shapes: `[batch, depth, rows, columns, channels]` → the same with new sizes and `filters` channels;
 * kernel `[…kernelSize, channels / groups, filters]`, bias `[filters]`.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 *
 * @example
 * const y = layers.conv3d({ filters: 8, kernelSize: 3 })(x);
 */
export class Conv3D extends Conv {
  static override readonly className: string = 'Conv3D';

  constructor(options: Conv3DOptions) {
    super(3, options);
  }
}

/** {@link Conv3D}: convolution over volumes. */
export function conv3d(options: Conv3DOptions): Conv3D {
  return new Conv3D(options);
}
