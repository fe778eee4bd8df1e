/** The axes of each sample in another order. */
import { ArgumentError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link Permute}. */
export interface PermuteOptions extends LayerOptions {
  /** The old axis of each new axis, counted from 1: the batch is axis 0 and stays. */
  readonly dims: readonly number[];
}

/**
 * Permutes the axes of each sample.
 *
 * @example
 * layers.permute({ dims: [2, 1] })(x); // [batch, steps, features] → [batch, features, steps]
 */
export class Permute extends Layer {
  static override readonly className: string = 'Permute';
  readonly dims: readonly number[];

  constructor({ dims, ...options }: PermuteOptions) {
    super(options);
    this.dims = [...dims];
    const sorted = dims.toSorted((a, b) => a - b);
    if (sorted.some((dim, i) => dim !== i + 1)) {
      throw new ArgumentError(
        `dims [${dims.join(', ')}] must be the axes 1 to ${dims.length}, each once.`,
      );
    }
    this.inputSpec = { ndim: dims.length + 1 };
  }

  override call(inputs: Tensor): Tensor {
    return ops.transpose(inputs, { axes: [0, ...this.dims] });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dims: this.dims };
  }
}

/** {@link Permute}: the axes of each sample in another order. */
export function permute(options: PermuteOptions): Permute {
  return new Permute(options);
}
