/** Convolution of each channel of an image by itself, then a mix of all channels. */
import { SeparableConv, type SeparableConvOptions } from './separable-conv.ts';

/** Options of {@link SeparableConv2D}. */
export type SeparableConv2DOptions = SeparableConvOptions;

/**
 * Convolution of each channel of an image by itself, then a mix of all channels.
 *
 * Shapes: `[batch, rows, columns, channels]` → the same with new sizes and channels.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 */
export class SeparableConv2D extends SeparableConv {
  static override readonly className: string = 'SeparableConv2D';

  constructor(options: SeparableConv2DOptions) {
    super(2, options);
  }
}

/** {@link SeparableConv2D}. */
export function separableConv2d(options: SeparableConv2DOptions): SeparableConv2D {
  return new SeparableConv2D(options);
}
