/** Sequences, images and volumes made larger by whole factors. */
import { ArgumentError, type ImageDataFormat, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import {
  type DataFormatOption,
  dataFormatOf,
  type PerAxis,
  perAxis,
  spatialAxes,
} from '../standardize.ts';
import type { LayerOptions } from '../types.ts';
import { type Interpolation, interpolationMatrix } from './interpolation.ts';

export type { Interpolation } from './interpolation.ts';

/** Options of {@link UpSampling1D}. */
export interface UpSampling1DOptions extends LayerOptions {
  /** How many times longer. Default 2. */
  readonly size?: number | undefined;
}

/** Options of {@link UpSampling3D}. */
export interface UpSampling3DOptions extends LayerOptions {
  /** How many times larger. Default 2. */
  readonly size?: PerAxis | undefined;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
}

const INTERPOLATIONS: readonly Interpolation[] = [
  'nearest',
  'bilinear',
  'bicubic',
  'lanczos3',
  'lanczos5',
];

/** Options of {@link UpSampling2D}. */
export interface UpSampling2DOptions extends UpSampling3DOptions {
  /** How values in between are found. Default `'nearest'`. */
  readonly interpolation?: Interpolation | undefined;
}

/** Each element several times along each spatial axis. */
function repeated(inputs: Tensor, size: readonly number[], dataFormat: ImageDataFormat): Tensor {
  return spatialAxes(dataFormat, inputs.rank).reduce(
    (outputs, axis, i) => (size[i] === 1 ? outputs : ops.repeat(outputs, size[i]!, { axis })),
    inputs,
  );
}

/** Repeats each step: `[batch, steps, channels]`. */
export class UpSampling1D extends Layer {
  static override readonly className: string = 'UpSampling1D';
  readonly size: number;

  constructor({ size = 2, ...options }: UpSampling1DOptions = {}) {
    super(options);
    this.size = perAxis(size, 1, 'size')[0]!;
    this.inputSpec = { ndim: 3 };
  }

  override call(inputs: Tensor): Tensor {
    return repeated(inputs, [this.size], 'channelsLast');
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), size: this.size };
  }
}

/** Makes images larger: `[batch, rows, columns, channels]`. */
export class UpSampling2D extends Layer {
  static override readonly className: string = 'UpSampling2D';
  readonly size: readonly number[];
  readonly dataFormat: ImageDataFormat;
  readonly interpolation: Interpolation;

  constructor(options: UpSampling2DOptions = {}) {
    const { size = 2, dataFormat, interpolation = 'nearest', ...rest } = options;
    super(rest);
    this.size = perAxis(size, 2, 'size');
    this.dataFormat = dataFormatOf(dataFormat);
    this.interpolation = interpolation;
    this.inputSpec = { ndim: 4 };
    if (!INTERPOLATIONS.includes(interpolation)) {
      throw new ArgumentError(
        `interpolation must be one of ${INTERPOLATIONS.join(', ')}, got ` +
          `${JSON.stringify(interpolation)}.`,
      );
    }
  }

  override call(inputs: Tensor): Tensor {
    const { dataFormat, interpolation, size } = this;
    if (interpolation === 'nearest') return repeated(inputs, size, dataFormat);
    const [rows, columns] = spatialAxes(dataFormat, 4).map((axis, i) =>
      interpolationMatrix(inputs.shape[axis]!, size[i]!, interpolation, inputs.dtype),
    ) as [Tensor, Tensor];
    return dataFormat === 'channelsLast'
      ? ops.einsum('bhwc,rh,sw->brsc', inputs, rows, columns)
      : ops.einsum('bchw,rh,sw->bcrs', inputs, rows, columns);
  }

  override getConfig(): Record<string, unknown> {
    const { size, dataFormat, interpolation } = this;
    return { ...super.getConfig(), size, dataFormat, interpolation };
  }
}

/** Makes volumes larger: `[batch, depth, rows, columns, channels]`. */
export class UpSampling3D extends Layer {
  static override readonly className: string = 'UpSampling3D';
  readonly size: readonly number[];
  readonly dataFormat: ImageDataFormat;

  constructor({ size = 2, dataFormat, ...options }: UpSampling3DOptions = {}) {
    super(options);
    this.size = perAxis(size, 3, 'size');
    this.dataFormat = dataFormatOf(dataFormat);
    this.inputSpec = { ndim: 5 };
  }

  override call(inputs: Tensor): Tensor {
    return repeated(inputs, this.size, this.dataFormat);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), size: this.size, dataFormat: this.dataFormat };
  }
}

/** {@link UpSampling1D}: each step several times. */
export function upSampling1d(options: UpSampling1DOptions = {}): UpSampling1D {
  return new UpSampling1D(options);
}

/** {@link UpSampling2D}: images made larger. */
export function upSampling2d(options: UpSampling2DOptions = {}): UpSampling2D {
  return new UpSampling2D(options);
}

/** {@link UpSampling3D}: volumes made larger. */
export function upSampling3d(options: UpSampling3DOptions = {}): UpSampling3D {
  return new UpSampling3D(options);
}
