/** Convolution of each channel of a sequence by itself. */
import { DepthwiseConv, type DepthwiseConvOptions } from './depthwise-conv.ts';

/** Options of {@link DepthwiseConv1D}. */
export type DepthwiseConv1DOptions = DepthwiseConvOptions;

/**
 * Convolution of each channel of a sequence by itself.
 *
 * Shapes: `[batch, steps, channels]` → the same with new sizes and channels.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 */
export class DepthwiseConv1D extends DepthwiseConv {
  static override readonly className: string = 'DepthwiseConv1D';

  constructor(options: DepthwiseConv1DOptions) {
    super(1, options);
  }
}

/** {@link DepthwiseConv1D}. */
export function depthwiseConv1d(options: DepthwiseConv1DOptions): DepthwiseConv1D {
  return new DepthwiseConv1D(options);
}
