/** What separable convolutions share: each channel by itself, then all channels mixed. */
import { type ImageDataFormat, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as activations from '../../activations/get.ts';
import type { Activation } from '../../activations/get.ts';
import type { ConstraintLike } from '../../constraints/get.ts';
import type { InitializerLike } from '../../initializers/get.ts';
import type { RegularizerLike } from '../../regularizers/get.ts';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import {
  channelAxis,
  dataFormatOf,
  paddingOf,
  perAxis,
  positiveInteger,
  type WindowPadding,
} from '../standardize.ts';
import type { Shape } from '../types.ts';
import { biasRule, ruleConfig, type WeightRule, weightRule, withoutRules } from '../weight-rule.ts';
import { addBias } from './conv.ts';
import type { DepthwiseConvOptions } from './depthwise-conv.ts';

/** Options of separable convolutions. */
export interface SeparableConvOptions extends DepthwiseConvOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Draws the first kernel that mixes the channels. Default `'glorotUniform'`. */
  readonly pointwiseInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly pointwiseRegularizer?: RegularizerLike | null | undefined;
  /** Keeps the kernel in a set after each update. Default none. */
  readonly pointwiseConstraint?: ConstraintLike | null | undefined;
}

/** Base of SeparableConv1D and SeparableConv2D. */
export abstract class SeparableConv extends Layer {
  readonly rank: number;
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly depthMultiplier: number;
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dataFormat: ImageDataFormat;
  readonly dilationRate: readonly number[];
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly depthwiseRule: WeightRule;
  readonly pointwiseRule: WeightRule;
  readonly biasRule: WeightRule;
  depthwiseKernel!: Variable;
  pointwiseKernel!: Variable;
  bias: Variable | undefined;

  constructor(rank: number, options: SeparableConvOptions) {
    const { filters, kernelSize, depthMultiplier = 1, strides = 1, ...others } = options;
    const { padding = 'valid', dataFormat, dilationRate = 1, activation, ...rest } = others;
    const { useBias = true, ...base } = rest;
    super(withoutRules(base, 'depthwise', 'pointwise', 'bias'));
    const { depthwiseInitializer = 'glorotUniform', pointwiseInitializer = 'glorotUniform' } =
      options;
    const { depthwiseRegularizer, depthwiseConstraint } = options;
    const { pointwiseRegularizer, pointwiseConstraint } = options;
    this.rank = rank;
    this.filters = positiveInteger('filters', filters);
    this.kernelSize = perAxis(kernelSize, rank, 'kernelSize');
    this.depthMultiplier = positiveInteger('depthMultiplier', depthMultiplier);
    this.strides = perAxis(strides, rank, 'strides');
    this.padding = paddingOf(padding, ['valid', 'same']);
    this.dataFormat = dataFormatOf(dataFormat);
    this.dilationRate = perAxis(dilationRate, rank, 'dilationRate');
    this.activation = activations.get(activation);
    this.useBias = useBias;
    this.depthwiseRule = weightRule(
      depthwiseInitializer,
      depthwiseRegularizer,
      depthwiseConstraint,
    );
    this.pointwiseRule = weightRule(
      pointwiseInitializer,
      pointwiseRegularizer,
      pointwiseConstraint,
    );
    this.biasRule = biasRule(options);
    this.inputSpec = { ndim: rank + 2 };
  }

  override build(inputShape: Shape): void {
    const axis = channelAxis(this.dataFormat, inputShape.length);
    const channels = knownSize(this, inputShape, axis);
    const { depthMultiplier, filters, kernelSize } = this;
    this.depthwiseKernel = this.addWeight({
      name: 'depthwise_kernel',
      shape: [...kernelSize, channels, depthMultiplier],
      ...this.depthwiseRule,
    });
    this.pointwiseKernel = this.addWeight({
      name: 'pointwise_kernel',
      shape: [...kernelSize.map(() => 1), channels * depthMultiplier, filters],
      ...this.pointwiseRule,
    });
    if (this.useBias) {
      this.bias = this.addWeight({ name: 'bias', shape: [filters], ...this.biasRule });
    }
    this.inputSpec = { ndim: this.rank + 2, axes: { [axis]: channels } };
  }

  override call(inputs: Tensor): Tensor {
    const { strides, padding, dilationRate, dataFormat } = this;
    const outputs = ops.separableConv(inputs, this.depthwiseKernel, this.pointwiseKernel, {
      strides,
      padding,
      dilationRate,
      dataFormat,
    });
    return this.activation(addBias(outputs, this.bias, dataFormat));
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      kernelSize: this.kernelSize,
      depthMultiplier: this.depthMultiplier,
      strides: this.strides,
      padding: this.padding,
      dataFormat: this.dataFormat,
      dilationRate: this.dilationRate,
      activation: this.activation,
      useBias: this.useBias,
      ...ruleConfig('depthwise', this.depthwiseRule),
      ...ruleConfig('pointwise', this.pointwiseRule),
      ...ruleConfig('bias', this.biasRule),
    };
  }
}
