/** What convolutions of each channel by itself share; the leaves say only the rank. */
import { type ImageDataFormat, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as activations from '../../activations/get.ts';
import type { Activation, ActivationLike } from '../../activations/get.ts';
import type { ConstraintLike } from '../../constraints/get.ts';
import type { InitializerLike } from '../../initializers/get.ts';
import type { RegularizerLike } from '../../regularizers/get.ts';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import {
  channelAxis,
  type DataFormatOption,
  dataFormatOf,
  paddingOf,
  type PerAxis,
  perAxis,
  positiveInteger,
  type WindowPadding,
} from '../standardize.ts';
import type { LayerOptions, Shape } from '../types.ts';
import {
  type BiasOptions,
  biasRule,
  ruleConfig,
  type WeightRule,
  weightRule,
  withoutRules,
} from '../weight-rule.ts';
import { addBias } from './conv.ts';

/** Options of depthwise convolutions. */
export interface DepthwiseConvOptions extends LayerOptions, BiasOptions {
  /** Size of the window. */
  readonly kernelSize: PerAxis;
  /** Filters of each channel. Default 1. */
  readonly depthMultiplier?: number | undefined;
  /** Steps of the window. Default 1. */
  readonly strides?: PerAxis | undefined;
  /** `'valid'` (none) or `'same'`. Default `'valid'`. */
  readonly padding?: WindowPadding | undefined;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
  /** Distance of the elements of the window. Default 1. */
  readonly dilationRate?: PerAxis | undefined;
  /** Applied to the output. Default none. */
  readonly activation?: ActivationLike | null | undefined;
  /** Draws the first kernel. Default `'glorotUniform'`. */
  readonly depthwiseInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly depthwiseRegularizer?: RegularizerLike | null | undefined;
  /** Keeps the kernel in a set after each update. Default none. */
  readonly depthwiseConstraint?: ConstraintLike | null | undefined;
}

/** Base of DepthwiseConv1D and DepthwiseConv2D. */
export abstract class DepthwiseConv extends Layer {
  readonly rank: number;
  readonly kernelSize: readonly number[];
  readonly depthMultiplier: number;
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dataFormat: ImageDataFormat;
  readonly dilationRate: readonly number[];
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly depthwiseRule: WeightRule;
  readonly biasRule: WeightRule;
  kernel!: Variable;
  bias: Variable | undefined;

  constructor(rank: number, options: DepthwiseConvOptions) {
    const { kernelSize, depthMultiplier = 1, strides = 1, padding = 'valid', ...rest } = options;
    const { dataFormat, dilationRate = 1, activation, useBias = true, ...base } = rest;
    super(withoutRules(base, 'depthwise', 'bias'));
    const { depthwiseInitializer = 'glorotUniform' } = options;
    const { depthwiseRegularizer, depthwiseConstraint } = options;
    this.rank = rank;
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
    this.biasRule = biasRule(options);
    this.inputSpec = { ndim: rank + 2 };
  }

  override build(inputShape: Shape): void {
    const axis = channelAxis(this.dataFormat, inputShape.length);
    const channels = knownSize(this, inputShape, axis);
    const { depthMultiplier } = this;
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...this.kernelSize, channels, depthMultiplier],
      ...this.depthwiseRule,
    });
    if (this.useBias) {
      const shape = [channels * depthMultiplier];
      this.bias = this.addWeight({ name: 'bias', shape, ...this.biasRule });
    }
    this.inputSpec = { ndim: this.rank + 2, axes: { [axis]: channels } };
  }

  override call(inputs: Tensor): Tensor {
    const { strides, padding, dilationRate, dataFormat } = this;
    const options = { strides, padding, dilationRate, dataFormat };
    const outputs = ops.depthwiseConv(inputs, this.kernel, options);
    return this.activation(addBias(outputs, this.bias, dataFormat));
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      kernelSize: this.kernelSize,
      depthMultiplier: this.depthMultiplier,
      strides: this.strides,
      padding: this.padding,
      dataFormat: this.dataFormat,
      dilationRate: this.dilationRate,
      activation: this.activation,
      useBias: this.useBias,
      ...ruleConfig('depthwise', this.depthwiseRule),
      ...ruleConfig('bias', this.biasRule),
    };
  }
}
