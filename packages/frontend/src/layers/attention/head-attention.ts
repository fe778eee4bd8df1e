/**
 * What layers of attention with several heads share: projections of query, key and value, the masks,
 * and the way back. The leaves say how many heads there are and which axes attend.
 */
import { ArgumentError, type SeedGenerator, Tensor } from '@addax/core';
import * as composites from '@addax/core/graph-ops';
import * as ops from '@addax/core/ops';
import { Softmax } from '../activation/softmax.ts';
import { EinsumDense } from '../core/einsum-dense.ts';
import { Layer } from '../layer.ts';
import { Dropout } from '../regularization/dropout.ts';
import { rateOf } from '../regularization/random-layer.ts';
import { positiveInteger } from '../standardize.ts';
import type { LayerOptions, ResolvedCallOptions, Shape, ShapeStruct } from '../types.ts';
import {
  type BiasOptions,
  biasRule,
  freshConfig,
  type KernelOptions,
  kernelRule,
  ruleConfig,
  type WeightRule,
  withoutRules,
} from '../weight-rule.ts';
import { joinMasks } from './attention-mask.ts';

/** Options that layers of attention with several heads share. */
export interface HeadAttentionOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Share of the attention weights that is dropped in training. Default 0. */
  readonly dropout?: number | undefined;
  /** How many positions are seen to each side, the own one included. Default: all. */
  readonly slidingWindow?: number | null | undefined;
  /** Whether a sigmoid of the query scales what the heads give. Default false. */
  readonly useGate?: boolean | undefined;
  /** Seed of dropout. Default: a random one. */
  readonly seed?: number | SeedGenerator | null | undefined;
}

/** One projection. */
export interface Projection {
  readonly equation: string;
  readonly outputShape: readonly (number | null)[];
  readonly biasAxes: string;
  readonly activation?: 'sigmoid' | undefined;
}

/** The projections of a layer, for inputs of these shapes. */
export interface Projections {
  readonly query: Projection;
  readonly key: Projection;
  readonly value: Projection;
  readonly gate: Projection;
  readonly output: Projection;
  /** Einsum of key and query that gives the scores. */
  readonly scores: string;
  /** Einsum of scores and value. */
  readonly combine: string;
  /** Number of axes that attend. */
  readonly attentionAxes: number;
}

/** Base of MultiHeadAttention and GroupedQueryAttention. */
export abstract class HeadAttention extends Layer {
  readonly dropout: number;
  readonly useBias: boolean;
  readonly useGate: boolean;
  readonly slidingWindow: number | undefined;
  readonly seed: number | SeedGenerator | undefined;
  readonly kernelRule: WeightRule;
  readonly biasRule: WeightRule;
  /** Regularizer of the outputs of the projections. */
  readonly projectionRegularizer: unknown;
  queryDense!: EinsumDense;
  keyDense!: EinsumDense;
  gateDense: EinsumDense | undefined;
  valueDense!: EinsumDense;
  outputDense!: EinsumDense;
  dropoutLayer: Dropout | undefined;
  #projections!: Projections;

  constructor(options: HeadAttentionOptions) {
    const { dropout = 0, useBias = true, useGate = false, slidingWindow, ...others } = options;
    const { seed, activityRegularizer, ...rest } = others;
    super(withoutRules(rest, 'kernel', 'bias'));
    this.dropout = rateOf(dropout, 'dropout');
    this.useBias = useBias;
    this.useGate = useGate;
    this.slidingWindow =
      slidingWindow === null || slidingWindow === undefined
        ? undefined
        : positiveInteger('slidingWindow', slidingWindow);
    this.seed = seed ?? undefined;
    this.kernelRule = kernelRule(options);
    this.biasRule = biasRule(options);
    this.projectionRegularizer = activityRegularizer ?? null;
    this.supportsMasking = true;
  }

  /** Size of the features of a query's head. */
  protected abstract get headSize(): number;

  /** The projections for inputs of these shapes. */
  protected abstract projections(query: Shape, key: Shape, value: Shape): Projections;

  override build(query: Shape, shapes: Readonly<Record<string, ShapeStruct>> = {}): void {
    const value = shapes['value'] as Shape | undefined;
    if (value === undefined) throw this.#noValue();
    const key = (shapes['key'] as Shape | undefined) ?? value;
    const all = this.projections(query, key, value);
    this.#projections = all;
    this.queryDense = this.#dense('query', all.query);
    this.queryDense.build(query);
    this.keyDense = this.#dense('key', all.key);
    this.keyDense.build(key);
    if (this.useGate) {
      this.gateDense = this.#dense('gate', all.gate);
      this.gateDense.build(query);
    }
    this.valueDense = this.#dense('value', all.value);
    this.valueDense.build(value);
    this.outputDense = this.#dense('attention_output', all.output);
    const projected = this.queryDense.computeOutputShape(query);
    const valueSize = this.valueDense.kernel.shape.at(-1)!;
    this.outputDense.build([...projected.slice(0, -1), valueSize]);
    if (this.dropout > 0) {
      const { dtypePolicy: dtype, seed, dropout: rate } = this;
      this.dropoutLayer = new Dropout({ rate, seed, dtype });
    }
  }

  #noValue(): ArgumentError {
    return new ArgumentError(
      `${this.label} needs a value: call it as layer(query, { value }), with a key too if it differs.`,
    );
  }

  #dense(name: string, { biasAxes, ...projection }: Projection): EinsumDense {
    return new EinsumDense({
      ...projection,
      biasAxes: this.useBias ? biasAxes : undefined,
      name,
      dtype: this.dtypePolicy,
      activityRegularizer: this.projectionRegularizer,
      ...freshConfig('kernel', this.kernelRule),
      ...freshConfig('bias', this.biasRule),
    });
  }

  override call(query: Tensor, options: ResolvedCallOptions): Tensor | [Tensor, Tensor] {
    const { value, training } = options;
    if (!(value instanceof Tensor)) throw this.#noValue();
    const key = options['key'] instanceof Tensor ? options['key'] : value;
    const wantsScores = options['returnAttentionScores'] === true;
    const causal = options['useCausalMask'] === true;
    const mask = joinMasks(query.shape[1]!, value.shape[1]!, {
      queryMask: options.mask,
      valueMask: options['valueMask'],
      keyMask: options['keyMask'],
      attentionMask: options['attentionMask'],
      causal,
      slidingWindow: this.slidingWindow,
    });
    const gate = this.gateDense?.invoke(query) as Tensor | undefined;
    const q = this.queryDense.invoke(query) as Tensor;
    const k = this.keyDense.invoke(key) as Tensor;
    const v = this.valueDense.invoke(value) as Tensor;
    const drops = training && this.dropoutLayer !== undefined;
    const fused = !drops && !wantsScores && q.rank === 4 && this.#projections.attentionAxes === 1;
    const [mixed, scores] = fused
      ? [this.#fused(q, k, v, mask), undefined]
      : this.#attend(q, k, v, mask, training);
    const gated = gate === undefined ? mixed : ops.multiply(mixed, gate);
    const output = this.outputDense.invoke(gated) as Tensor;
    return wantsScores ? [output, scores!] : output;
  }

  /** The composite, which backends may have a kernel for. */
  #fused(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | undefined): Tensor {
    const scale = 1 / Math.sqrt(this.headSize);
    const wide = mask?.rank === 3 ? ops.expandDims(mask, 1) : mask;
    return composites.attention(q, k, v, { scale, mask: wide });
  }

  #attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | undefined,
    training: boolean,
  ): [Tensor, Tensor] {
    const { scores: equation, combine, attentionAxes } = this.#projections;
    const scaled = ops.multiply(query, 1 / Math.sqrt(this.headSize));
    const raw = ops.einsum(equation, this.perQueryHead(key), scaled);
    const axis = Array.from({ length: attentionAxes }, (_, i) => raw.rank - attentionAxes + i);
    let wide = mask;
    while (wide !== undefined && wide.rank < raw.rank) {
      wide = ops.expandDims(wide, -2 * attentionAxes - 1);
    }
    const scores = maskedSoftmax(raw, axis, wide);
    const dropped =
      this.dropoutLayer === undefined
        ? scores
        : (this.dropoutLayer.invoke(scores, { training }) as Tensor);
    return [ops.einsum(combine, dropped, this.perQueryHead(value)), scores];
  }

  /** Keys and values with a head for each head of the query. */
  protected perQueryHead(x: Tensor): Tensor {
    return x;
  }

  protected headConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      dropout: this.dropout,
      useBias: this.useBias,
      useGate: this.useGate,
      slidingWindow: this.slidingWindow ?? null,
      ...ruleConfig('kernel', this.kernelRule),
      ...ruleConfig('bias', this.biasRule),
      activityRegularizer: this.projectionRegularizer,
      seed: this.seed ?? null,
    };
  }
}

function maskedSoftmax(scores: Tensor, axis: readonly number[], mask: Tensor | undefined): Tensor {
  const softmax = new Softmax({ axis, name: 'softmax', dtype: scores.dtype });
  return softmax.call(scores, { mask, training: false });
}
