/** What convolutions of every rank share; the leaves say only the rank. */
import { type ImageDataFormat, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { ArgumentError } from '@addax/core';
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

/** Padding of a convolution; `causal` (one spatial axis only) looks at the past. */
export type ConvPadding = 'valid' | 'same' | 'causal';

/** Options of convolutions. */
export interface ConvOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Size of the window. */
  readonly kernelSize: PerAxis;
  /** Steps of the window. Default 1. */
  readonly strides?: PerAxis | undefined;
  /** `'valid'` (none) or `'same'`. Default `'valid'`. */
  readonly padding?: ConvPadding | undefined;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
  /** Distance of the elements of the window. Default 1. */
  readonly dilationRate?: PerAxis | undefined;
  /** Groups of channels that do not see one another. Default 1. */
  readonly groups?: number | undefined;
  /** Applied to the output. Default none. */
  readonly activation?: ActivationLike | null | undefined;
}

/** Base of Conv1D, Conv2D and Conv3D. */
export abstract class Conv extends Layer {
  readonly rank: number;
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: ConvPadding;
  readonly dataFormat: ImageDataFormat;
  readonly dilationRate: readonly number[];
  readonly groups: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelRule: WeightRule;
  readonly biasRule: WeightRule;
  kernel!: Variable;
  bias: Variable | undefined;

  constructor(rank: number, options: ConvOptions) {
    const { filters, kernelSize, strides = 1, padding = 'valid', dataFormat, ...rest } = options;
    const { dilationRate = 1, groups = 1, activation, useBias = true, ...base } = rest;
    super(withoutRules(base, 'kernel', 'bias'));
    this.rank = rank;
    this.filters = positiveInteger('filters', filters);
    this.kernelSize = perAxis(kernelSize, rank, 'kernelSize');
    this.strides = perAxis(strides, rank, 'strides');
    const known: readonly ConvPadding[] =
      rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same'];
    this.padding = paddingOf(padding, known);
    this.dataFormat = dataFormatOf(dataFormat);
    this.dilationRate = perAxis(dilationRate, rank, 'dilationRate');
    this.groups = positiveInteger('groups', groups);
    this.activation = activations.get(activation);
    this.useBias = useBias;
    this.kernelRule = kernelRule(options);
    this.biasRule = biasRule(options);
    this.inputSpec = { ndim: rank + 2 };
    if (this.filters % this.groups !== 0) {
      throw new ArgumentError(
        `filters (${this.filters}) must be a multiple of groups (${this.groups}).`,
      );
    }
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new ArgumentError(
        `strides [${this.strides.join(', ')}] and dilationRate [${this.dilationRate.join(', ')}] ` +
          'cannot both be above 1.',
      );
    }
  }

  override build(inputShape: Shape): void {
    const axis = channelAxis(this.dataFormat, inputShape.length);
    const channels = knownSize(this, inputShape, axis);
    const { filters, groups } = this;
    if (channels % groups !== 0) {
      throw new ArgumentError(
        `${this.label}: the ${channels} channels of the input must be a multiple of groups (${groups}).`,
      );
    }
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...this.kernelSize, channels / groups, filters],
      ...this.kernelRule,
    });
    if (this.useBias) {
      this.bias = this.addWeight({ name: 'bias', shape: [filters], ...this.biasRule });
    }
    this.inputSpec = { ndim: this.rank + 2, axes: { [axis]: channels } };
  }

  override call(inputs: Tensor): Tensor {
    const { strides, dilationRate, dataFormat } = this;
    const causal = this.padding === 'causal';
    const outputs = ops.conv(causal ? this.#padPast(inputs) : inputs, this.kernel, {
      strides,
      padding: this.padding === 'same' ? 'same' : 'valid',
      dilationRate,
      dataFormat,
    });
    return this.activation(addBias(outputs, this.bias, dataFormat));
  }

  /** Zeros in front, so that step t sees steps up to t only. */
  #padPast(inputs: Tensor): Tensor {
    const before = this.dilationRate[0]! * (this.kernelSize[0]! - 1);
    const widths = inputs.shape.map((): [number, number] => [0, 0]);
    widths[this.dataFormat === 'channelsLast' ? 1 : 2] = [before, 0];
    return ops.pad(inputs, widths);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      kernelSize: this.kernelSize,
      strides: this.strides,
      padding: this.padding,
      dataFormat: this.dataFormat,
      dilationRate: this.dilationRate,
      groups: this.groups,
      activation: this.activation,
      useBias: this.useBias,
      ...ruleConfig('kernel', this.kernelRule),
      ...ruleConfig('bias', this.biasRule),
    };
  }
}

/** Adds a bias per channel. */
export function addBias(
  outputs: Tensor,
  bias: Variable | undefined,
  dataFormat: ImageDataFormat,
): Tensor {
  if (bias === undefined) return outputs;
  if (dataFormat === 'channelsLast') return ops.add(outputs, bias);
  const shape = [bias.shape[0]!, ...outputs.shape.slice(2).map(() => 1)];
  return ops.add(outputs, ops.reshape(bias, shape));
}
