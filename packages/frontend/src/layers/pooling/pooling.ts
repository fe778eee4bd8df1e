/** What pooling of every rank shares; the leaves say which reduction and how many axes. */
import type { ImageDataFormat } from '@addax/core';
import { Layer } from '../layer.ts';
import {
  type DataFormatOption,
  dataFormatOf,
  paddingOf,
  type PerAxis,
  perAxis,
  type WindowPadding,
} from '../standardize.ts';
import type { LayerOptions } from '../types.ts';

/** Options of pooling layers. */
export interface PoolingOptions extends LayerOptions {
  /** Size of the window. Default 2. */
  readonly poolSize?: PerAxis | undefined;
  /** Steps of the window. Default `poolSize`. */
  readonly strides?: PerAxis | null | undefined;
  /** `'valid'` (none) or `'same'`. Default `'valid'`. */
  readonly padding?: WindowPadding | undefined;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
}

/** Base of max and average pooling. */
export abstract class Pooling extends Layer {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dataFormat: ImageDataFormat;

  constructor(rank: number, options: PoolingOptions) {
    const { poolSize = 2, strides, padding = 'valid', dataFormat, ...rest } = options;
    super(rest);
    this.poolSize = perAxis(poolSize, rank, 'poolSize');
    this.strides = perAxis(strides ?? this.poolSize, rank, 'strides');
    this.padding = paddingOf(padding, ['valid', 'same']);
    this.dataFormat = dataFormatOf(dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  /** How the window moves, as the pooling ops take it. */
  protected get windowOptions(): {
    readonly strides: readonly number[];
    readonly padding: WindowPadding;
    readonly dataFormat: ImageDataFormat;
  } {
    const { strides, padding, dataFormat } = this;
    return { strides, padding, dataFormat };
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      poolSize: this.poolSize,
      padding: this.padding,
      strides: this.strides,
      dataFormat: this.dataFormat,
    };
  }
}
