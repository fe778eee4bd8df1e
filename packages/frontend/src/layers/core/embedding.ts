/** Vectors for integers: the entrance of words into a model. */
import { isFloat, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { ConstraintLike } from '../../constraints/get.ts';
import type { InitializerLike } from '../../initializers/get.ts';
import type { RegularizerLike } from '../../regularizers/get.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions, Shape } from '../types.ts';
import { positiveInteger } from '../standardize.ts';
import { ruleConfig, type WeightRule, weightRule, withoutRules } from '../weight-rule.ts';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions {
  /** Number of different integers: inputs are 0 to `inputDim` − 1. */
  readonly inputDim: number;
  /** Length of a vector. */
  readonly outputDim: number;
  /** Draws the first vectors. Default `'uniform'` (±0.05). */
  readonly embeddingsInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly embeddingsRegularizer?: RegularizerLike | null | undefined;
  /** Keeps the vectors in a set after each update. Default none. */
  readonly embeddingsConstraint?: ConstraintLike | null | undefined;
  /** Whether 0 is padding: layers after this one skip those steps. Default false. */
  readonly maskZero?: boolean | undefined;
}

/**
 * Turns integers into vectors: `embeddings[inputs]`.
 *
 * Shapes: `[batch, …]` (integers) → `[batch, …, outputDim]`; embeddings `[inputDim, outputDim]`.
 *
 * @example
 * const words = input({ shape: [null], dtype: 'int32' });
 * const vectors = layers.embedding({ inputDim: 20000, outputDim: 64, maskZero: true })(words);
 */
export class Embedding extends Layer {
  static override readonly className: string = 'Embedding';
  readonly inputDim: number;
  readonly outputDim: number;
  readonly embeddingsRule: WeightRule;
  readonly maskZero: boolean;
  embeddings!: Variable;

  constructor(options: EmbeddingOptions) {
    const { inputDim, outputDim, maskZero = false, ...rest } = options;
    const { embeddingsInitializer = 'uniform' } = options;
    const { embeddingsRegularizer, embeddingsConstraint } = options;
    super({ ...withoutRules(rest, 'embeddings'), autocast: false });
    this.inputDim = positiveInteger('inputDim', inputDim);
    this.outputDim = positiveInteger('outputDim', outputDim);
    this.embeddingsRule = weightRule(
      embeddingsInitializer,
      embeddingsRegularizer,
      embeddingsConstraint,
    );
    this.maskZero = maskZero;
    this.supportsMasking = this.maskZero;
  }

  override build(_inputShape: Shape): void {
    this.embeddings = this.addWeight({
      name: 'embeddings',
      shape: [this.inputDim, this.outputDim],
      ...this.embeddingsRule,
    });
  }

  override call(inputs: Tensor): Tensor {
    const indices = isFloat(inputs.dtype) ? ops.cast(inputs, 'int32') : inputs;
    return ops.cast(ops.take(this.embeddings, indices, { axis: 0 }), this.computeDtype);
  }

  override computeMask(inputs: Tensor): Tensor | undefined {
    return this.maskZero ? ops.notEqual(inputs, 0) : undefined;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      inputDim: this.inputDim,
      outputDim: this.outputDim,
      ...ruleConfig('embeddings', this.embeddingsRule),
      maskZero: this.maskZero,
    };
  }
}

/** {@link Embedding}: vectors for integers. */
export function embedding(options: EmbeddingOptions): Embedding {
  return new Embedding(options);
}
