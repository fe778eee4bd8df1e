/** Everything but the batch in one axis. */
import { type ImageDataFormat, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import { type DataFormatOption, dataFormatOf } from '../standardize.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link Flatten}. */
export interface FlattenOptions extends LayerOptions {
  /** Where the channels are; the result is in channels-last order. Default as configured. */
  readonly dataFormat?: DataFormatOption | null | undefined;
}

/** Flattens each sample: `[batch, …]` → `[batch, features]`. */
export class Flatten extends Layer {
  static override readonly className: string = 'Flatten';
  readonly dataFormat: ImageDataFormat;

  constructor({ dataFormat, ...options }: FlattenOptions = {}) {
    super(options);
    this.dataFormat = dataFormatOf(dataFormat);
    this.inputSpec = { minNdim: 1 };
  }

  override call(inputs: Tensor): Tensor {
    const { rank } = inputs;
    let ordered = inputs;
    if (this.dataFormat === 'channelsFirst' && rank > 2) {
      const spatial = Array.from({ length: rank - 2 }, (_, i) => i + 2);
      ordered = ops.transpose(inputs, { axes: [0, ...spatial, 1] });
    }
    const features = inputs.shape.slice(1).reduce((product, size) => product * size, 1);
    return ops.reshape(ordered, [inputs.shape[0]!, features]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dataFormat: this.dataFormat };
  }
}

/** {@link Flatten}: everything but the batch in one axis. */
export function flatten(options: FlattenOptions = {}): Flatten {
  return new Flatten(options);
}
