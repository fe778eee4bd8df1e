/** Additive attention (Bahdanau). */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { knownSize, shapeList } from '../input-checks.ts';
import type { ShapeStruct } from '../types.ts';
import { PlainAttention, type PlainAttentionOptions } from './attention.ts';

/** Options of {@link AdditiveAttention}; `useScale` is true by default. */
export type AdditiveAttentionOptions = PlainAttentionOptions;

/**
 * Attention with the scores `Σ scale · tanh(query + key)` (Bahdanau et al., arXiv 1409.0473), called
 * on `[query, value]` or `[query, value, key]`, as {@link Attention}.
 */
export class AdditiveAttention extends PlainAttention {
  static override readonly className: string = 'AdditiveAttention';

  constructor({ useScale = true, ...options }: AdditiveAttentionOptions = {}) {
    super({ ...options, useScale });
  }

  override build(inputShape: ShapeStruct): void {
    super.build(inputShape);
    if (!this.useScale) return;
    const features = knownSize(this, shapeList(this, inputShape)[0]!, -1);
    this.scale = this.addWeight({ name: 'scale', shape: [features] });
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const sums = ops.tanh(ops.add(ops.expandDims(query, -2), ops.expandDims(key, -3)));
    const scaled = this.scale === undefined ? sums : ops.multiply(sums, this.scale);
    return ops.sum(scaled, { axis: -1 });
  }
}

/** {@link AdditiveAttention}: attention with additive scores. */
export function additiveAttention(options: AdditiveAttentionOptions = {}): AdditiveAttention {
  return new AdditiveAttention(options);
}
