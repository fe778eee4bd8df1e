/** An embedding that also goes back from vectors to the scores of integers. */
import { type DType, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { ResolvedCallOptions, Shape } from '../types.ts';
import { Embedding, type EmbeddingOptions } from './embedding.ts';

/** Options of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingOptions extends EmbeddingOptions {
  /** Whether the way back uses the same vectors. Default true. */
  readonly tieWeights?: boolean | undefined;
  /** dtype of the way back; the compute dtype by default. */
  readonly reverseDtype?: DType | null | undefined;
  /** Bound of the scores, by a hyperbolic tangent. Default none. */
  readonly logitSoftCap?: number | null | undefined;
}

/**
 * An {@link Embedding} that, called with `{ reverse: true }`, turns vectors `[batch, …, outputDim]`
 * into a score for each integer: `[batch, …, inputDim]`.
 */
export class ReversibleEmbedding extends Embedding {
  static override readonly className: string = 'ReversibleEmbedding';
  readonly tieWeights: boolean;
  readonly reverseDtype: DType | undefined;
  readonly logitSoftCap: number | undefined;
  reverseEmbeddings: Variable | undefined;

  constructor(options: ReversibleEmbeddingOptions) {
    const { tieWeights = true, reverseDtype, logitSoftCap, ...rest } = options;
    super(rest);
    this.tieWeights = tieWeights;
    this.reverseDtype = reverseDtype ?? undefined;
    this.logitSoftCap = logitSoftCap ?? undefined;
  }

  override build(inputShape: Shape): void {
    super.build(inputShape);
    if (this.tieWeights) return;
    this.reverseEmbeddings = this.addWeight({
      name: 'reverse_embeddings',
      shape: [this.outputDim, this.inputDim],
      initializer: this.embeddingsRule.initializer,
    });
  }

  override call(inputs: Tensor, options?: ResolvedCallOptions): Tensor {
    if (options?.['reverse'] !== true) return super.call(inputs);
    const dtype = this.reverseDtype ?? this.computeDtype;
    const kernel = this.reverseEmbeddings?.value ?? ops.transpose(this.embeddings.value);
    const logits = ops.matmul(inputs.cast(dtype), kernel.cast(dtype));
    const cap = this.logitSoftCap;
    return cap === undefined ? logits : ops.multiply(ops.tanh(ops.divide(logits, cap)), cap);
  }

  /** Vectors that are turned back have no padding. */
  override computeMask(inputs: Tensor): Tensor | undefined {
    return inputs.dtype === this.computeDtype ? undefined : super.computeMask(inputs);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      tieWeights: this.tieWeights,
      reverseDtype: this.reverseDtype ?? null,
      logitSoftCap: this.logitSoftCap ?? null,
    };
  }
}

/** {@link ReversibleEmbedding}: vectors for integers, and back. */
export function reversibleEmbedding(options: ReversibleEmbeddingOptions): ReversibleEmbedding {
  return new ReversibleEmbedding(options);
}
