/** Attention whose keys and values have fewer heads than the query. */
import { ArgumentError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { positiveInteger } from '../standardize.ts';
import type { Shape } from '../types.ts';
import {
  HeadAttention,
  type HeadAttentionOptions,
  type Projection,
  type Projections,
} from './head-attention.ts';

/** Options of {@link GroupedQueryAttention}. */
export interface GroupedQueryAttentionOptions extends HeadAttentionOptions {
  /** Features per head. */
  readonly headDim: number;
  /** Heads of the query. */
  readonly numQueryHeads: number;
  /** Heads of key and value; a divisor of `numQueryHeads`. */
  readonly numKeyValueHeads: number;
}

/**
 * Attention in which groups of query heads share a head of key and value (Ainslie et al.,
 * arXiv 2305.13245); called as `layer(query, { value, key })`, with the call arguments of
 * {@link MultiHeadAttention}.
 */
export class GroupedQueryAttention extends HeadAttention {
  static override readonly className: string = 'GroupedQueryAttention';
  readonly headDim: number;
  readonly numQueryHeads: number;
  readonly numKeyValueHeads: number;

  constructor(options: GroupedQueryAttentionOptions) {
    const { headDim, numQueryHeads, numKeyValueHeads, ...rest } = options;
    super(rest);
    this.headDim = positiveInteger('headDim', headDim);
    this.numQueryHeads = positiveInteger('numQueryHeads', numQueryHeads);
    this.numKeyValueHeads = positiveInteger('numKeyValueHeads', numKeyValueHeads);
    if (numQueryHeads % numKeyValueHeads !== 0) {
      throw new ArgumentError(
        `numQueryHeads (${numQueryHeads}) must be a multiple of numKeyValueHeads ` +
          `(${numKeyValueHeads}).`,
      );
    }
  }

  protected override get headSize(): number {
    return this.headDim;
  }

  protected override projections(query: Shape): Projections {
    const { headDim, numQueryHeads, numKeyValueHeads } = this;
    const toHeads = (heads: number): Projection => ({
      equation: 'bqm,muh->bquh',
      outputShape: [null, heads, headDim],
      biasAxes: 'uh',
    });
    return {
      query: toHeads(numQueryHeads),
      key: toHeads(numKeyValueHeads),
      value: toHeads(numKeyValueHeads),
      gate: { ...toHeads(numQueryHeads), activation: 'sigmoid' },
      output: {
        equation: 'bquh,uhm->bqm',
        outputShape: [null, query.at(-1) ?? null],
        biasAxes: 'm',
      },
      scores: 'bkuh,bquh->buqk',
      combine: 'buqk,bkuh->bquh',
      attentionAxes: 1,
    };
  }

  protected override perQueryHead(x: Tensor): Tensor {
    return ops.repeat(x, this.numQueryHeads / this.numKeyValueHeads, { axis: 2 });
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...this.headConfig(),
      headDim: this.headDim,
      numQueryHeads: this.numQueryHeads,
      numKeyValueHeads: this.numKeyValueHeads,
    };
  }
}

/** {@link GroupedQueryAttention}: attention whose keys and values have fewer heads. */
export function groupedQueryAttention(
  options: GroupedQueryAttentionOptions,
): GroupedQueryAttention {
  return new GroupedQueryAttention(options);
}
