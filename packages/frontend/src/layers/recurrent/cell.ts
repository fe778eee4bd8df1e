/**
 * What the cells of recurrent layers share. A cell is a layer that does one step; the built-in ones split
 * it into a projection of the input, which does not depend on the state and is one matrix product for
 * all steps of a sequence, and the rest.
 */
import { type SeedGenerator, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as random from '@addax/core/random';
import * as activations from '../../activations/get.ts';
import type { Activation, ActivationLike } from '../../activations/get.ts';
import type { ConstraintLike } from '../../constraints/get.ts';
import type { InitializerLike } from '../../initializers/get.ts';
import type { Initializer } from '../../initializers/initializer.ts';
import { Orthogonal } from '../../initializers/orthogonal.ts';
import type { RegularizerLike } from '../../regularizers/get.ts';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import { rateOf, seedGeneratorOf } from '../regularization/random-layer.ts';
import { positiveInteger } from '../standardize.ts';
import type { LayerOptions, ResolvedCallOptions, Shape } from '../types.ts';
import {
  type BiasOptions,
  biasRule,
  type KernelOptions,
  kernelRule,
  ruleConfig,
  type WeightRule,
  weightRule,
  withoutRules,
} from '../weight-rule.ts';
import type { StepResult } from './loop.ts';

/** States of a cell: tensors, in lists for stacked cells. */
export type States = readonly (Tensor | States)[];

/** Sizes of the states of a cell. */
export type StateSize = number | readonly StateSize[];

/** What a recurrent layer needs of a cell; it is called as `cell(input, { states, training })`. */
export interface Cell extends Layer {
  /** Number of features of each state. */
  readonly stateSize: StateSize;
  /** Number of features of the output; that of the first state by default. */
  readonly outputSize?: number | undefined;
  /** The first states of a batch; zeros `[batch, size]` by default. */
  getInitialState?(batchSize: number): States;
  /** Draws what is random in a step, so that it is the same at all steps of a sequence. */
  holdMasks?(batchSize: number, features: number, training: boolean): void;
  /** Forgets what {@link Cell.holdMasks} drew. */
  releaseMasks?(): void;
}

/** Options of the built-in cells. */
export interface GatedCellOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Number of output features. */
  readonly units: number;
  /** Of the output. Default `'tanh'`. */
  readonly activation?: ActivationLike | null | undefined;
  /** Draws the first recurrent kernel. Default `'orthogonal'`. */
  readonly recurrentInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly recurrentRegularizer?: RegularizerLike | null | undefined;
  /** Keeps the recurrent kernel in a set after each update. Default none. */
  readonly recurrentConstraint?: ConstraintLike | null | undefined;
  /** Share of the inputs that is dropped in training; one mask for all steps. Default 0. */
  readonly dropout?: number | undefined;
  /** Share of the state that is dropped in training; one mask for all steps. Default 0. */
  readonly recurrentDropout?: number | undefined;
  /** Seed of dropout. Default: a random one. */
  readonly seed?: number | SeedGenerator | null | undefined;
}

/** Factors of dropout: one for all gates, or one per gate. */
export type DropoutMasks = readonly Tensor[] | undefined;

/** Base of SimpleRNNCell, LSTMCell and GRUCell. */
export abstract class GatedCell extends Layer implements Cell {
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelRule: WeightRule;
  readonly recurrentRule: WeightRule;
  readonly biasRule: WeightRule;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly seed: number | SeedGenerator | undefined;
  readonly seedGenerator: SeedGenerator | undefined;
  /** Number of parts that the kernels consist of. */
  protected readonly gates: number;
  kernel!: Variable;
  recurrentKernel!: Variable;
  bias: Variable | undefined;
  /** Masks while a sequence runs through stacked cells. */
  #held: { readonly input: DropoutMasks; readonly state: DropoutMasks } | undefined;

  constructor(gates: number, options: GatedCellOptions) {
    const { units, activation = 'tanh', useBias = true, seed, ...others } = options;
    const { dropout = 0, recurrentDropout = 0, ...rest } = others;
    super(withoutRules(rest, 'kernel', 'recurrent', 'bias'));
    // An object: the name may be unknown in small bundles.
    const { recurrentInitializer = new Orthogonal() } = options;
    const { recurrentRegularizer, recurrentConstraint } = options;
    this.gates = gates;
    this.units = positiveInteger('units', units);
    this.activation = activations.get(activation);
    this.useBias = useBias;
    this.kernelRule = kernelRule(options);
    this.recurrentRule = weightRule(
      recurrentInitializer,
      recurrentRegularizer,
      recurrentConstraint,
    );
    this.biasRule = biasRule(options);
    this.dropout = rateOf(dropout, 'dropout');
    this.recurrentDropout = rateOf(recurrentDropout, 'recurrentDropout');
    this.seed = seed ?? undefined;
    const drops = dropout > 0 || recurrentDropout > 0;
    this.seedGenerator = drops ? seedGeneratorOf(this.seed) : undefined;
  }

  abstract get stateSize(): StateSize;

  get outputSize(): number {
    return this.units;
  }

  override build(inputShape: Shape): void {
    const [kernel, recurrent] = this.kernelShapes(inputShape);
    this.kernel = this.addWeight({ name: 'kernel', shape: kernel, ...this.kernelRule });
    this.recurrentKernel = this.addWeight({
      name: 'recurrent_kernel',
      shape: recurrent,
      ...this.recurrentRule,
    });
    if (this.useBias) {
      const shape = this.biasShape(this.gates * this.units);
      const initializer = this.biasInitializer();
      this.bias = this.addWeight({ name: 'bias', shape, ...this.biasRule, initializer });
    }
  }

  /** Shapes of the kernel and the recurrent kernel. */
  protected kernelShapes(inputShape: Shape): [readonly number[], readonly number[]] {
    const width = this.gates * this.units;
    return [
      [knownSize(this, inputShape, -1), width],
      [this.units, width],
    ];
  }

  /** Shape of the bias for kernels of this width. */
  protected biasShape(width: number): readonly number[] {
    return [width];
  }

  /** What draws the first bias. */
  protected biasInitializer(): Initializer {
    return this.biasRule.initializer;
  }

  /**
   * The part of a step that does not depend on the state, `[…, features]` → `[…, gates · units]`.
   * Masks drop inputs; they are the same at all steps.
   */
  project(inputs: Tensor, masks: DropoutMasks): Tensor {
    const product = (x: Tensor, kernel: Tensor): Tensor => this.inputProduct(x, kernel);
    const projected = this.#times(inputs, this.kernel, masks, product);
    const bias = this.inputBias();
    return bias === undefined ? projected : ops.add(projected, bias);
  }

  /** The bias that is added to the projection. */
  protected inputBias(): Tensor | undefined {
    return this.bias?.value;
  }

  /** The state times the recurrent kernel. */
  protected recurrent(state: Tensor, masks: DropoutMasks): Tensor {
    const product = (x: Tensor, kernel: Tensor): Tensor => this.stateProduct(x, kernel);
    return this.#times(state, this.recurrentKernel, masks, product);
  }

  /** Inputs times (a part of) the kernel. */
  protected inputProduct(inputs: Tensor, kernel: Tensor): Tensor {
    return ops.matmul(inputs, kernel);
  }

  /** The state times (a part of) the recurrent kernel. */
  protected stateProduct(state: Tensor, kernel: Tensor): Tensor {
    return ops.matmul(state, kernel);
  }

  /** Axis along which the gates stand in products. */
  protected get gateAxis(): number {
    return -1;
  }

  /** A product with a kernel, where each gate has its own mask if there are several. */
  #times(
    inputs: Tensor,
    kernel: Variable,
    masks: DropoutMasks,
    product: (inputs: Tensor, kernel: Tensor) => Tensor,
  ): Tensor {
    if (masks === undefined) return product(inputs, kernel.value);
    if (masks.length === 1) return product(ops.multiply(inputs, masks[0]!), kernel.value);
    const parts = ops.split(kernel.value, this.gates, { axis: -1 });
    const products = parts.map((part, gate) => product(ops.multiply(inputs, masks[gate]!), part));
    return ops.concatenate(products, { axis: this.gateAxis });
  }

  /** The rest of a step. */
  abstract advance(projected: Tensor, states: readonly Tensor[], masks: DropoutMasks): StepResult;

  /** Masks of the inputs: one, or one per gate if the state is dropped as well. */
  inputMasks(input: Tensor, training: boolean): DropoutMasks {
    const count = this.recurrentDropout > 0 ? this.gates : 1;
    return training ? this.#masks(input, this.dropout, count) : undefined;
  }

  /** Masks of the state, one per gate. */
  stateMasks(state: Tensor, training: boolean): DropoutMasks {
    return training ? this.#masks(state, this.recurrentDropout, this.gates) : undefined;
  }

  #masks(like: Tensor, rate: number, count: number): DropoutMasks {
    const { seedGenerator: seed } = this;
    if (rate === 0 || seed === undefined) return undefined;
    const ones = ops.onesLike(like);
    return Array.from({ length: count }, () => random.dropout(ones, rate, { seed }));
  }

  holdMasks(batchSize: number, features: number, training: boolean): void {
    const like = (size: number): Tensor =>
      ops.zeros([batchSize, size], { dtype: this.computeDtype });
    this.#held = {
      input: this.inputMasks(like(features), training),
      state: this.stateMasks(like(this.units), training),
    };
  }

  releaseMasks(): void {
    this.#held = undefined;
  }

  override call(inputs: Tensor, options: ResolvedCallOptions): [Tensor, Tensor[]] {
    const states = options['states'] as readonly Tensor[];
    const { training } = options;
    const { input, state } = this.#held ?? {
      input: this.inputMasks(inputs, training),
      state: this.stateMasks(states[0]!, training),
    };
    const next = this.advance(this.project(inputs, input), states, state);
    return [next.output, [...next.states]];
  }

  /** The options that the layer of this cell takes too. */
  cellConfig(): Record<string, unknown> {
    return {
      units: this.units,
      activation: this.activation,
      useBias: this.useBias,
      ...ruleConfig('kernel', this.kernelRule),
      ...ruleConfig('recurrent', this.recurrentRule),
      ...ruleConfig('bias', this.biasRule),
      dropout: this.dropout,
      recurrentDropout: this.recurrentDropout,
      seed: this.seed ?? null,
    };
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.cellConfig() };
  }
}
