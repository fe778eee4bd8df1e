/** Pooling to an output of given size, whatever the size of the input. */
import { type ImageDataFormat, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import { type DataFormatOption, dataFormatOf, type PerAxis, perAxis } from '../standardize.ts';
import type { LayerOptions } from '../types.ts';

/** Options of adaptive pooling layers. */
export interface AdaptivePoolingOptions extends LayerOptions {
  /** Size of the output on the spatial axes. */
  readonly outputSize: PerAxis;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
}

abstract class AdaptivePooling extends Layer {
  readonly outputSize: readonly number[];
  readonly dataFormat: ImageDataFormat;

  constructor(rank: number, { outputSize, dataFormat, ...options }: AdaptivePoolingOptions) {
    super(options);
    this.outputSize = perAxis(outputSize, rank, 'outputSize');
    this.dataFormat = dataFormatOf(dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), outputSize: this.outputSize, dataFormat: this.dataFormat };
  }
}

abstract class AdaptiveMaxPooling extends AdaptivePooling {
  override call(inputs: Tensor): Tensor {
    return ops.adaptiveMaxPool(inputs, this.outputSize, { dataFormat: this.dataFormat });
  }
}

abstract class AdaptiveAveragePooling extends AdaptivePooling {
  override call(inputs: Tensor): Tensor {
    return ops.adaptiveAveragePool(inputs, this.outputSize, { dataFormat: this.dataFormat });
  }
}

/** The maxima of `outputSize` windows of sequences: `[batch, steps, channels]`. */
export class AdaptiveMaxPooling1D extends AdaptiveMaxPooling {
  static override readonly className: string = 'AdaptiveMaxPooling1D';

  constructor(options: AdaptivePoolingOptions) {
    super(1, options);
  }
}

/** The maxima of `outputSize` windows of images: `[batch, rows, columns, channels]`. */
export class AdaptiveMaxPooling2D extends AdaptiveMaxPooling {
  static override readonly className: string = 'AdaptiveMaxPooling2D';

  constructor(options: AdaptivePoolingOptions) {
    super(2, options);
  }
}

/** The maxima of `outputSize` windows of volumes: `[batch, depth, rows, columns, channels]`. */
export class AdaptiveMaxPooling3D extends AdaptiveMaxPooling {
  static override readonly className: string = 'AdaptiveMaxPooling3D';

  constructor(options: AdaptivePoolingOptions) {
    super(3, options);
  }
}

/** The means of `outputSize` windows of sequences: `[batch, steps, channels]`. */
export class AdaptiveAveragePooling1D extends AdaptiveAveragePooling {
  static override readonly className: string = 'AdaptiveAveragePooling1D';

  constructor(options: AdaptivePoolingOptions) {
    super(1, options);
  }
}

/** The means of `outputSize` windows of images: `[batch, rows, columns, channels]`. */
export class AdaptiveAveragePooling2D extends AdaptiveAveragePooling {
  static override readonly className: string = 'AdaptiveAveragePooling2D';

  constructor(options: AdaptivePoolingOptions) {
    super(2, options);
  }
}

/** The means of `outputSize` windows of volumes: `[batch, depth, rows, columns, channels]`. */
export class AdaptiveAveragePooling3D extends AdaptiveAveragePooling {
  static override readonly className: string = 'AdaptiveAveragePooling3D';

  constructor(options: AdaptivePoolingOptions) {
    super(3, options);
  }
}

/** {@link AdaptiveMaxPooling1D}: the maxima of windows of sequences. */
export function adaptiveMaxPooling1d(options: AdaptivePoolingOptions): AdaptiveMaxPooling1D {
  return new AdaptiveMaxPooling1D(options);
}

/** {@link AdaptiveMaxPooling2D}: the maxima of windows of images. */
export function adaptiveMaxPooling2d(options: AdaptivePoolingOptions): AdaptiveMaxPooling2D {
  return new AdaptiveMaxPooling2D(options);
}

/** {@link AdaptiveMaxPooling3D}: the maxima of windows of volumes. */
export function adaptiveMaxPooling3d(options: AdaptivePoolingOptions): AdaptiveMaxPooling3D {
  return new AdaptiveMaxPooling3D(options);
}

/** {@link AdaptiveAveragePooling1D}: the means of windows of sequences. */
export function adaptiveAveragePooling1d(
  options: AdaptivePoolingOptions,
): AdaptiveAveragePooling1D {
  return new AdaptiveAveragePooling1D(options);
}

/** {@link AdaptiveAveragePooling2D}: the means of windows of images. */
export function adaptiveAveragePooling2d(
  options: AdaptivePoolingOptions,
): AdaptiveAveragePooling2D {
  return new AdaptiveAveragePooling2D(options);
}

/** {@link AdaptiveAveragePooling3D}: the means of windows of volumes. */
export function adaptiveAveragePooling3d(
  options: AdaptivePoolingOptions,
): AdaptiveAveragePooling3D {
  return new AdaptiveAveragePooling3D(options);
}
