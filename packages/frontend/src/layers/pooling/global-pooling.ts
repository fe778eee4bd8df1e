/** What pooling over all positions shares; the leaves say which reduction and how many axes. */
import type { ImageDataFormat } from '@addax/core';
import { Layer } from '../layer.ts';
import { type DataFormatOption, dataFormatOf, spatialAxes } from '../standardize.ts';
import type { LayerOptions } from '../types.ts';

/** Options of global pooling layers. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
  /** Whether reduced axes stay, with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
}

/** Base of global max and average pooling. */
export abstract class GlobalPooling extends Layer {
  readonly dataFormat: ImageDataFormat;
  readonly keepdims: boolean;
  /** Axes that are reduced. */
  protected readonly axes: readonly number[];

  constructor(rank: number, options: GlobalPoolingOptions) {
    const { dataFormat, keepdims = false, ...rest } = options;
    super(rest);
    this.dataFormat = dataFormatOf(dataFormat);
    this.keepdims = keepdims;
    this.axes = spatialAxes(this.dataFormat, rank + 2);
    this.inputSpec = { ndim: rank + 2 };
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dataFormat: this.dataFormat, keepdims: this.keepdims };
  }
}
