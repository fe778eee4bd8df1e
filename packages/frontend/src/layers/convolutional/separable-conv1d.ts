/** Convolution of each channel of a sequence by itself, then a mix of all channels. */
import { SeparableConv, type SeparableConvOptions } from './separable-conv.ts';

/** Options of {@link SeparableConv1D}. */
export type SeparableConv1DOptions = SeparableConvOptions;

/**
 * Convolution of each channel of a sequence by itself, then a mix of all channels.
 *
 * Shapes: `[batch, steps, channels]` → the same with new sizes and channels.
 *
 * @throws ShapeError if the channels are not those the kernel was built for.
 */
export class SeparableConv1D extends SeparableConv {
  static override readonly className: string = 'SeparableConv1D';

  constructor(options: SeparableConv1DOptions) {
    super(1, options);
  }
}

/** {@link SeparableConv1D}. */
export function separableConv1d(options: SeparableConv1DOptions): SeparableConv1D {
  return new SeparableConv1D(options);
}
