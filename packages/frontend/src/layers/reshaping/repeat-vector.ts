/** A vector as every step of a sequence. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import { positiveInteger } from '../standardize.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link RepeatVector}. */
export interface RepeatVectorOptions extends LayerOptions {
  /** Number of steps. */
  readonly n: number;
}

/** Repeats a vector: `[batch, features]` → `[batch, n, features]`. */
export class RepeatVector extends Layer {
  static override readonly className: string = 'RepeatVector';
  readonly n: number;

  constructor({ n, ...options }: RepeatVectorOptions) {
    super(options);
    this.n = positiveInteger('n', n);
    this.inputSpec = { ndim: 2 };
  }

  override call(inputs: Tensor): Tensor {
    const [batch, features] = inputs.shape as [number, number];
    return ops.broadcastTo(ops.expandDims(inputs, 1), [batch, this.n, features]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), n: this.n };
  }
}

/** {@link RepeatVector}: a vector as every step of a sequence. */
export function repeatVector(options: RepeatVectorOptions): RepeatVector {
  return new RepeatVector(options);
}
