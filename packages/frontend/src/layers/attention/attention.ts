/** Dot-product attention without projections (Luong). */
import { ArgumentError, type SeedGenerator, Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as random from '@addax/core/random';
import { shapeList } from '../input-checks.ts';
import { Layer, type MaskStruct } from '../layer.ts';
import { rateOf, seedGeneratorOf } from '../regularization/random-layer.ts';
import type { LayerOptions, ResolvedCallOptions, ShapeStruct } from '../types.ts';

/** Options that attention without projections shares. */
export interface PlainAttentionOptions extends LayerOptions {
  /** Whether a learned factor scales the scores. */
  readonly useScale?: boolean | undefined;
  /** Share of the attention weights that is dropped in training. Default 0. */
  readonly dropout?: number | undefined;
  /** Seed of dropout. Default: a random one. */
  readonly seed?: number | SeedGenerator | null | undefined;
}

/** Base of Attention and AdditiveAttention: softmax of the scores, times the values. */
export abstract class PlainAttention extends Layer {
  readonly useScale: boolean;
  readonly dropout: number;
  readonly seed: number | SeedGenerator | undefined;
  readonly seedGenerator: SeedGenerator | undefined;
  scale: Variable | undefined;

  constructor(options: PlainAttentionOptions) {
    const { useScale = false, dropout = 0, seed, ...rest } = options;
    super(rest);
    this.useScale = useScale;
    this.dropout = rateOf(dropout, 'dropout');
    this.seed = seed ?? undefined;
    this.seedGenerator = dropout > 0 ? seedGeneratorOf(this.seed) : undefined;
    this.supportsMasking = true;
  }

  /** How well each query fits each key: `[batch, targets, sources]`. */
  protected abstract scores(query: Tensor, key: Tensor): Tensor;

  override build(inputShape: ShapeStruct): void {
    const { length } = shapeList(this, inputShape);
    if (length < 2 || length > 3) {
      throw new ArgumentError(
        `${this.label} takes a list of 2 or 3 inputs, [query, value] or [query, value, key]; got ` +
          `${length}.`,
      );
    }
  }

  override call(
    inputs: readonly Tensor[],
    options: ResolvedCallOptions,
  ): Tensor | [Tensor, Tensor] {
    const [query, value, key = value] = inputs as readonly [Tensor, Tensor, Tensor?];
    const masks = (options.mask ?? []) as readonly MaskStruct[];
    const [queryMask, valueMask] = masks;
    const scores = this.scores(query, key);
    const known = valueMask instanceof Tensor ? ops.expandDims(valueMask, -2) : undefined;
    const causal = options['useCausalMask'] === true ? this.#causal(scores) : undefined;
    const mask = known && causal ? ops.logicalAnd(known, causal) : (known ?? causal);
    const weights = this.#weights(scores, mask, options.training);
    let output = ops.matmul(weights, value);
    if (queryMask instanceof Tensor) output = ops.where(ops.expandDims(queryMask, -1), output, 0);
    return options['returnAttentionScores'] === true ? [output, weights] : output;
  }

  #causal(scores: Tensor): Tensor {
    const [targets, sources] = scores.shape.slice(-2) as [number, number];
    const rows = ops.reshape(ops.arange(targets, { dtype: 'int32' }), [targets, 1]);
    return ops.greaterEqual(rows, ops.arange(sources, { dtype: 'int32' }));
  }

  #weights(scores: Tensor, mask: Tensor | undefined, training: boolean): Tensor {
    const low = scores.dtype === 'float16' ? 65504 : 1e9;
    const known = mask === undefined ? scores : ops.where(mask, scores, ops.subtract(scores, low));
    const weights = ops.softmax(known, { axis: -1 });
    const { seedGenerator: seed } = this;
    if (!training || seed === undefined) return weights;
    return random.dropout(weights, this.dropout, { seed });
  }

  override computeMask(_inputs: unknown, mask: MaskStruct): MaskStruct {
    return Array.isArray(mask) ? ((mask as readonly MaskStruct[])[0] ?? null) : null;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      useScale: this.useScale,
      dropout: this.dropout,
      seed: this.seed ?? null,
    };
  }
}

/** Options of {@link Attention}. */
export interface AttentionOptions extends PlainAttentionOptions {
  /** Whether a learned factor scales the scores. Default false. */
  readonly useScale?: boolean | undefined;
  /** Scores by dot product, or by a sum of hyperbolic tangents. Default `'dot'`. */
  readonly scoreMode?: 'dot' | 'concat' | undefined;
}

/**
 * Attention of queries to keys and values (Luong et al., arXiv 1508.04025), called on
 * `[query, value]` or `[query, value, key]`: `[batch, positions, features]` each. Call arguments: `mask`
 * (a list: of query and value), `useCausalMask`, `returnAttentionScores`.
 *
 * @example
 * const y = layers.attention()([query, value]);
 */
export class Attention extends PlainAttention {
  static override readonly className: string = 'Attention';
  readonly scoreMode: 'dot' | 'concat';
  concatScoreWeight: Variable | undefined;

  constructor(options: AttentionOptions = {}) {
    const { scoreMode = 'dot', ...rest } = options;
    super(rest);
    this.scoreMode = scoreMode;
    if (!['dot', 'concat'].includes(scoreMode)) {
      throw new ArgumentError(`scoreMode must be dot or concat, got ${JSON.stringify(scoreMode)}.`);
    }
  }

  override build(inputShape: ShapeStruct): void {
    super.build(inputShape);
    const one = { shape: [], initializer: 'ones' };
    if (this.useScale) this.scale = this.addWeight({ name: 'scale', ...one });
    if (this.scoreMode === 'concat') {
      this.concatScoreWeight = this.addWeight({ name: 'concat_score_weight', ...one });
    }
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const { scale, concatScoreWeight } = this;
    if (concatScoreWeight === undefined) {
      const scores = ops.matmul(query, ops.swapaxes(key, -2, -1));
      return scale === undefined ? scores : ops.multiply(scores, scale);
    }
    const sums = ops.add(ops.expandDims(query, -2), ops.expandDims(key, -3));
    const scaled = scale === undefined ? sums : ops.multiply(sums, scale);
    return ops.multiply(ops.sum(ops.tanh(scaled), { axis: -1 }), concatScoreWeight);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), scoreMode: this.scoreMode };
  }
}

/** {@link Attention}: dot-product attention without projections. */
export function attention(options: AttentionOptions = {}): Attention {
  return new Attention(options);
}
