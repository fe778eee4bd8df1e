/** What transposed convolutions of every rank share; the leaves say only the rank. */
import { ArgumentError, type ImageDataFormat, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as activations from '../../activations/get.ts';
import type { Activation, ActivationLike } from '../../activations/get.ts';
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
  type KernelOptions,
  kernelRule,
  ruleConfig,
  type WeightRule,
  withoutRules,
} from '../weight-rule.ts';
import { addBias } from './conv.ts';

/** Options of transposed convolutions. */
export interface ConvTransposeOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Size of the window. */
  readonly kernelSize: PerAxis;
  /** How many times larger the output is. Default 1. */
  readonly strides?: PerAxis | undefined;
  /** `'valid'` or `'same'` (output = input · strides). Default `'valid'`. */
  readonly padding?: WindowPadding | undefined;
  /** Settles the output size among those that the strides allow; below the strides. Default none. */
  readonly outputPadding?: PerAxis | null | undefined;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
  /** Distance of the elements of the window. Default 1. */
  readonly dilationRate?: PerAxis | undefined;
  /** Applied to the output. Default none. */
  readonly activation?: ActivationLike | null | undefined;
}

/** Base of Conv1DTranspose, Conv2DTranspose and Conv3DTranspose. */
export abstract class ConvTranspose extends Layer {
  readonly rank: number;
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly outputPadding: readonly number[] | undefined;
  readonly dataFormat: ImageDataFormat;
  readonly dilationRate: readonly number[];
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelRule: WeightRule;
  readonly biasRule: WeightRule;
  kernel!: Variable;
  bias: Variable | undefined;

  constructor(rank: number, options: ConvTransposeOptions) {
    const { filters, kernelSize, strides = 1, padding = 'valid', outputPadding, ...rest } = options;
    const { dataFormat, dilationRate = 1, activation, useBias = true, ...base } = rest;
    super(withoutRules(base, 'kernel', 'bias'));
    this.rank = rank;
    this.filters = positiveInteger('filters', filters);
    this.kernelSize = perAxis(kernelSize, rank, 'kernelSize');
    this.strides = perAxis(strides, rank, 'strides');
    this.padding = paddingOf(padding, ['valid', 'same']);
    this.outputPadding =
      outputPadding === null || outputPadding === undefined
        ? undefined
        : perAxis(outputPadding, rank, 'outputPadding', 0);
    this.dataFormat = dataFormatOf(dataFormat);
    this.dilationRate = perAxis(dilationRate, rank, 'dilationRate');
    this.activation = activations.get(activation);
    this.useBias = useBias;
    this.kernelRule = kernelRule(options);
    this.biasRule = biasRule(options);
    this.inputSpec = { ndim: rank + 2 };
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new ArgumentError(
        `strides [${this.strides.join(', ')}] and dilationRate [${this.dilationRate.join(', ')}] ` +
          'cannot both be above 1.',
      );
    }
    if (this.outputPadding?.some((extra, i) => extra >= this.strides[i]!) === true) {
      throw new ArgumentError(
        `outputPadding [${this.outputPadding.join(', ')}] must be below strides ` +
          `[${this.strides.join(', ')}] on every axis.`,
      );
    }
  }

  override build(inputShape: Shape): void {
    const axis = channelAxis(this.dataFormat, inputShape.length);
    const channels = knownSize(this, inputShape, axis);
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...this.kernelSize, this.filters, channels],
      ...this.kernelRule,
    });
    if (this.useBias) {
      this.bias = this.addWeight({ name: 'bias', shape: [this.filters], ...this.biasRule });
    }
    this.inputSpec = { ndim: this.rank + 2, axes: { [axis]: channels } };
  }

  override call(inputs: Tensor): Tensor {
    const { strides, padding, outputPadding, dilationRate, dataFormat } = this;
    const outputs = ops.convTranspose(inputs, this.kernel, {
      strides,
      padding,
      outputPadding,
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
      strides: this.strides,
      padding: this.padding,
      outputPadding: this.outputPadding ?? null,
      dataFormat: this.dataFormat,
      dilationRate: this.dilationRate,
      activation: this.activation,
      useBias: this.useBias,
      ...ruleConfig('kernel', this.kernelRule),
      ...ruleConfig('bias', this.biasRule),
    };
  }
}
