/** Convolution of each channel of an image by itself. */
import { DepthwiseConv, type DepthwiseConvOptions } from './depthwise-conv.ts';

/** Options of {@link DepthwiseConv2D}. */
export type DepthwiseConv2DOptions = DepthwiseConvOptions;

/**
 * Convolution of each channel of an image by itself.
 *
 * Shapes: `[batch, rows, columns, channels]` → the same with new sizes and channels.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 */
export class DepthwiseConv2D extends DepthwiseConv {
  static override readonly className: string = 'DepthwiseConv2D';

  constructor(options: DepthwiseConv2DOptions) {
    super(2, options);
  }
}

/** {@link DepthwiseConv2D}. */
export function depthwiseConv2d(options: DepthwiseConv2DOptions): DepthwiseConv2D {
  return new DepthwiseConv2D(options);
}
