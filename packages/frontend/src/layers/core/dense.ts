/** The fully connected layer. */
import { type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as activations from '../../activations/get.ts';
import type { Activation, ActivationLike } from '../../activations/get.ts';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import { positiveInteger } from '../standardize.ts';
import type { LayerOptions, Shape } from '../types.ts';
import {
  type BiasOptions,
  biasRule,
  type KernelOptions,
  kernelRule,
  ruleConfig,
  type WeightRule,
  withoutRules,
} from '../weight-rule.ts';

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Number of output features. */
  readonly units: number;
  /** Applied to the output. Default none. */
  readonly activation?: ActivationLike | null | undefined;
}

/**
 * `activation(inputs · kernel + bias)`.
 *
 * Shapes: `[batch, …, features]` → `[batch, …, units]`; kernel `[features, units]`, bias `[units]`.
 *
 * @throws ShapeError if the last axis is not what the kernel was built for.
 *
 * @example
 * const y = layers.dense({ units: 10, activation: 'softmax' })(x);
 */
export class Dense extends Layer {
  static override readonly className: string = 'Dense';
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelRule: WeightRule;
  readonly biasRule: WeightRule;
  kernel!: Variable;
  bias: Variable | undefined;

  constructor(options: DenseOptions) {
    const { units, activation, useBias = true, ...rest } = options;
    super(withoutRules(rest, 'kernel', 'bias'));
    this.units = positiveInteger('units', units);
    this.activation = activations.get(activation);
    this.useBias = useBias;
    this.kernelRule = kernelRule(options);
    this.biasRule = biasRule(options);
    this.supportsMasking = true;
    this.inputSpec = { minNdim: 2 };
  }

  override build(inputShape: Shape): void {
    const features = knownSize(this, inputShape, -1);
    const { units } = this;
    this.kernel = this.addWeight({ name: 'kernel', shape: [features, units], ...this.kernelRule });
    if (this.useBias) {
      this.bias = this.addWeight({ name: 'bias', shape: [units], ...this.biasRule });
    }
    this.inputSpec = { minNdim: 2, axes: { [-1]: features } };
  }

  override call(inputs: Tensor): Tensor {
    let outputs = ops.matmul(inputs, this.kernel);
    if (this.bias !== undefined) outputs = ops.add(outputs, this.bias);
    return this.activation(outputs);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: this.activation,
      useBias: this.useBias,
      ...ruleConfig('kernel', this.kernelRule),
      ...ruleConfig('bias', this.biasRule),
    };
  }
}

/** {@link Dense}: `activation(inputs · kernel + bias)`. */
export function dense(options: DenseOptions): Dense {
  return new Dense(options);
}
