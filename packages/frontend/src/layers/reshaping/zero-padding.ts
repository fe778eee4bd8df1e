/** Zeros around sequences, images and volumes. */
import { type ImageDataFormat, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import { type DataFormatOption, dataFormatOf } from '../standardize.ts';
import type { LayerOptions } from '../types.ts';
import { allEdges, type Edge, type EdgeOption, edgesOf } from './edges.ts';

/** Options of zero padding. */
export interface ZeroPaddingOptions extends LayerOptions {
  /** Zeros at each end, per axis, or per end (`[[top, bottom], [left, right]]`). Default 1. */
  readonly padding?: EdgeOption | undefined;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
}

abstract class ZeroPadding extends Layer {
  readonly padding: readonly Edge[];
  readonly dataFormat: ImageDataFormat;

  constructor(rank: number, options: ZeroPaddingOptions) {
    const { padding = 1, dataFormat, ...rest } = options;
    super(rest);
    this.padding = edgesOf(padding, rank, 'padding');
    this.dataFormat = dataFormatOf(dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    return ops.pad(inputs, allEdges(inputs, this.padding, this.dataFormat));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), padding: this.padding, dataFormat: this.dataFormat };
  }
}

/** Zeros before and after a sequence: `[batch, steps, channels]`. */
export class ZeroPadding1D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding1D';

  constructor(options: ZeroPaddingOptions = {}) {
    super(1, options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), padding: this.padding[0]! };
  }
}

/** Zeros around images: `[batch, rows, columns, channels]`. */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding2D';

  constructor(options: ZeroPaddingOptions = {}) {
    super(2, options);
  }
}

/** Zeros around volumes: `[batch, depth, rows, columns, channels]`. */
export class ZeroPadding3D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding3D';

  constructor(options: ZeroPaddingOptions = {}) {
    super(3, options);
  }
}

/** {@link ZeroPadding1D}: zeros before and after a sequence. */
export function zeroPadding1d(options: ZeroPaddingOptions = {}): ZeroPadding1D {
  return new ZeroPadding1D(options);
}

/** {@link ZeroPadding2D}: zeros around images. */
export function zeroPadding2d(options: ZeroPaddingOptions = {}): ZeroPadding2D {
  return new ZeroPadding2D(options);
}

/** {@link ZeroPadding3D}: zeros around volumes. */
export function zeroPadding3d(options: ZeroPaddingOptions = {}): ZeroPadding3D {
  return new ZeroPadding3D(options);
}
