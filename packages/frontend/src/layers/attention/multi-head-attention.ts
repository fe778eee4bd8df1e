/** Attention with several heads. */
import { ArgumentError, ShapeError } from '@addax/core';
import { formatShape } from '../input-spec.ts';
import { positiveInteger } from '../standardize.ts';
import type { Shape } from '../types.ts';
import {
  HeadAttention,
  type HeadAttentionOptions,
  type Projection,
  type Projections,
} from './head-attention.ts';

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions extends HeadAttentionOptions {
  /** Number of heads. */
  readonly numHeads: number;
  /** Features of query and key per head. */
  readonly keyDim: number;
  /** Features of value per head. Default `keyDim`. */
  readonly valueDim?: number | null | undefined;
  /** Shape of the output features. Default: those of the query. */
  readonly outputShape?: number | readonly number[] | null | undefined;
  /** Axes over which attention runs. Default: all but batch, heads and features. */
  readonly attentionAxes?: number | readonly number[] | null | undefined;
}

/**
 * Attention of a query to keys and values (Vaswani et al., arXiv 1706.03762), called as
 * `layer(query, { value, key })`; for self-attention `value` is the query.
 *
 * Shapes: query `[batch, targets, features]`, value and key `[batch, sources, features]` →
 * `[batch, targets, features]`. Further call arguments: `attentionMask` (bool
 * `[batch, targets, sources]`), `valueMask`, `keyMask`, `useCausalMask`, and
 * `returnAttentionScores` (then the result is `[output, scores]`, scores
 * `[batch, heads, targets, sources]`).
 *
 * @example
 * const attention = layers.multiHeadAttention({ numHeads: 8, keyDim: 64 });
 * const y = attention(x, { value: x, useCausalMask: true });
 */
export class MultiHeadAttention extends HeadAttention {
  static override readonly className: string = 'MultiHeadAttention';
  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly outputShape: readonly number[] | undefined;
  readonly attentionAxes: readonly number[] | undefined;

  constructor(options: MultiHeadAttentionOptions) {
    const { numHeads, keyDim, valueDim, outputShape, attentionAxes, ...rest } = options;
    super(rest);
    this.numHeads = positiveInteger('numHeads', numHeads);
    this.keyDim = positiveInteger('keyDim', keyDim);
    this.valueDim = positiveInteger('valueDim', valueDim ?? keyDim);
    this.outputShape = listOf(outputShape);
    this.attentionAxes = listOf(attentionAxes);
  }

  protected override get headSize(): number {
    return this.keyDim;
  }

  protected override projections(query: Shape, key: Shape, value: Shape): Projections {
    const same =
      key.length === value.length && key.slice(1, -1).every((n, i) => n === value[i + 1]);
    if (!same) {
      throw new ShapeError(
        `${this.label}: value ${formatShape(value)} and key ${formatShape(key)} must have the same ` +
          'sizes on all axes but the last.',
      );
    }
    const rank = query.length + 1;
    const axes = this.#axes(rank);
    const { numHeads, keyDim, valueDim } = this;
    const features = this.outputShape ?? [query.at(-1)!];
    return {
      query: projection(query.length - 1, 1, [numHeads, keyDim]),
      key: projection(key.length - 1, 1, [numHeads, keyDim]),
      value: projection(value.length - 1, 1, [numHeads, valueDim]),
      gate: { ...projection(query.length - 1, 1, [numHeads, valueDim]), activation: 'sigmoid' },
      output: projection(query.length - 1, 2, features),
      ...attentionEquations(rank, axes),
      attentionAxes: axes.length,
    };
  }

  /** Axes of the projected tensors, which have the heads before the features. */
  #axes(rank: number): number[] {
    const given = this.attentionAxes ?? Array.from({ length: rank - 3 }, (_, i) => i + 1);
    const axes = given.map((axis) => (axis < 0 ? axis + rank - 1 : axis));
    if (axes.some((axis) => axis < 1 || axis > rank - 3)) {
      throw new ArgumentError(
        `${this.label}: attentionAxes [${given.join(', ')}] must lie between batch and features.`,
      );
    }
    return axes;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...this.headConfig(),
      numHeads: this.numHeads,
      keyDim: this.keyDim,
      valueDim: this.valueDim,
      outputShape: this.outputShape ?? null,
      attentionAxes: this.attentionAxes ?? null,
    };
  }
}

function listOf(
  value: number | readonly number[] | null | undefined,
): readonly number[] | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'number' ? [value] : [...value];
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Letters `first` to `first + count − 1`. */
function letters(first: number, count: number): string {
  return LETTERS.slice(first, first + count);
}

/** A dense layer over the last `bound` axes that leaves `free` axes alone. */
function projection(free: number, bound: number, output: readonly number[]): Projection {
  const kept = letters(0, free);
  const summed = letters(free, bound);
  const made = letters(free + bound, output.length);
  return {
    equation: `${kept}${summed},${summed}${made}->${kept}${made}`,
    outputShape: [...Array.from({ length: free - 1 }, () => null), ...output],
    biasAxes: made,
  };
}

/** The products of key and query, and of scores and value, over axes of tensors of this rank. */
function attentionEquations(
  rank: number,
  axes: readonly number[],
): { scores: string; combine: string } {
  const target = letters(0, rank);
  let next = rank;
  const source = [...target]
    .map((letter, axis) => (axes.includes(axis) ? LETTERS[next++]! : letter))
    .join('');
  const pick = (from: string, wanted: readonly number[]): string =>
    wanted.map((axis) => from[axis]!).join('');
  const batch = Array.from({ length: rank - 1 }, (_, i) => i).filter((i) => !axes.includes(i));
  const product = pick(target, batch) + pick(target, axes) + pick(source, axes);
  return {
    scores: `${source},${target}->${product}`,
    combine: `${product},${source}->${target}`,
  };
}

/** {@link MultiHeadAttention}: attention with several heads. */
export function multiHeadAttention(options: MultiHeadAttentionOptions): MultiHeadAttention {
  return new MultiHeadAttention(options);
}
