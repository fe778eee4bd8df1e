/** Dropout of whole channels, over one, two and three axes. */
import { type ImageDataFormat, type Tensor } from '@addax/core';
import * as random from '@addax/core/random';
import { channelAxis, type DataFormatOption, dataFormatOf } from '../standardize.ts';
import type { ResolvedCallOptions } from '../types.ts';
import { RateLayer, type RateOptions } from './random-layer.ts';

/** Options of {@link SpatialDropout2D} and {@link SpatialDropout3D}. */
export interface SpatialDropoutOptions extends RateOptions {
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
}

/** Sets whole channels of a sample to 0, in training only (Tompson et al., arXiv 1411.4280). */
abstract class SpatialDropout extends RateLayer {
  readonly dataFormat: ImageDataFormat;

  constructor(rank: number, options: SpatialDropoutOptions) {
    const { dataFormat, ...rest } = options;
    super(rest);
    this.dataFormat = rank === 1 ? 'channelsLast' : dataFormatOf(dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  override call(inputs: Tensor, { training }: ResolvedCallOptions): Tensor {
    const { seedGenerator, rate, dataFormat } = this;
    if (!training || seedGenerator === undefined) return inputs;
    const channels = channelAxis(dataFormat, inputs.rank);
    const noiseShape = inputs.shape.map((size, axis) =>
      axis === 0 || axis === channels ? size : 1,
    );
    return random.dropout(inputs, rate, { noiseShape, seed: seedGenerator });
  }
}

/** Drops whole channels of sequences: `[batch, steps, channels]`. */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout1D';

  constructor(options: RateOptions) {
    super(1, options);
  }
}

/** Drops whole channels of images: `[batch, rows, columns, channels]`. */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout2D';

  constructor(options: SpatialDropoutOptions) {
    super(2, options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dataFormat: this.dataFormat };
  }
}

/** Drops whole channels of volumes: `[batch, depth, rows, columns, channels]`. */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout3D';

  constructor(options: SpatialDropoutOptions) {
    super(3, options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dataFormat: this.dataFormat };
  }
}

/** {@link SpatialDropout1D}: drops whole channels of sequences. */
export function spatialDropout1d(options: RateOptions): SpatialDropout1D {
  return new SpatialDropout1D(options);
}

/** {@link SpatialDropout2D}: drops whole channels of images. */
export function spatialDropout2d(options: SpatialDropoutOptions): SpatialDropout2D {
  return new SpatialDropout2D(options);
}

/** {@link SpatialDropout3D}: drops whole channels of volumes. */
export function spatialDropout3d(options: SpatialDropoutOptions): SpatialDropout3D {
  return new SpatialDropout3D(options);
}
