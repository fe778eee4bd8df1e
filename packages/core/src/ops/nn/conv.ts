/** Convolutions over any number of spatial axes. */
import { ShapeError } from '../../errors.ts';
import type { ConvAttrs } from '../../graph/types.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply, type Value } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { as, commonFloat } from '../promote.ts';
import {
  channelAxisOf,
  checkImage,
  type DataFormat,
  layoutOf,
  paddingOf,
  type PaddingMode,
  sizes,
  spatialAxes,
} from './layout.ts';

/** Options of convolutions. */
export interface ConvOptions {
  /** Step of the windows, one number or one per spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** 'valid' (default) or 'same'. */
  readonly padding?: PaddingMode;
  /** Where the channels stand; `config.imageDataFormat` by default. */
  readonly dataFormat?: DataFormat | null | undefined;
  /** Step within the kernel. Default 1. */
  readonly dilationRate?: number | readonly number[];
}

function promoted(values: readonly Value[]): Tensor[] {
  const dtype = commonFloat(...values);
  return values.map((value) => as(value, dtype));
}

/** Attributes of a convolution with a kernel of this window. */
function attrsOf(
  op: string,
  x: Tensor,
  kernel: Tensor,
  options: ConvOptions,
  groups: number,
): ConvAttrs {
  const layout = layoutOf(op, options.dataFormat);
  const count = x.rank - 2;
  if (kernel.rank !== x.rank) {
    throw new ShapeError(
      `${op}: the kernel of shape [${kernel.shape.join(', ')}] must have as many axes as the ` +
        `input of shape [${x.shape.join(', ')}].`,
    );
  }
  const window = kernel.shape.slice(0, count);
  const strides = sizes(op, 'strides', options.strides ?? 1, count);
  const dilation = sizes(op, 'dilationRate', options.dilationRate ?? 1, count);
  const spatial = spatialAxes(x, layout).map((axis) => x.shape[axis]!);
  const windows = { window, strides, dilation };
  const padding = paddingOf(op, options.padding ?? 'valid', spatial, windows);
  return { strides, padding, dilation, groups, layout };
}

function convolved(op: string, x: Tensor, kernel: Tensor, options: ConvOptions): Tensor {
  checkImage(op, x);
  const channels = x.shape[channelAxisOf(x, layoutOf(op, options.dataFormat))]!;
  const perGroup = kernel.shape.at(-2)!;
  if (perGroup === 0 || channels % perGroup !== 0) {
    throw new ShapeError(
      `${op}: the input has ${channels} channels, the kernel of shape ` +
        `[${kernel.shape.join(', ')}] takes ${perGroup} (or groups of ${perGroup}).`,
    );
  }
  return primitives.conv(x, kernel, attrsOf(op, x, kernel, options, channels / perGroup));
}

/** Each channel with its own filters. */
function depthwise(op: string, x: Tensor, kernel: Tensor, options: ConvOptions): Tensor {
  checkImage(op, x);
  const window = kernel.shape.slice(0, -2);
  const channels = kernel.shape.at(-2)!;
  const multiplier = kernel.shape.at(-1)!;
  const grouped = primitives.reshape(kernel, [...window, 1, channels * multiplier]);
  return primitives.conv(x, grouped, attrsOf(op, x, grouped, options, channels));
}

/**
 * Convolution (cross-correlation).
 *
 * @param inputs [batch, spatial…, channels], or channels second.
 * @param kernel [spatial…, channels / groups, filters]; groups follow from the channels.
 *
 * @example
 * ops.conv(images, kernel, { strides: 2, padding: 'same' });
 */
export function conv<A extends Operand, B extends Operand>(
  inputs: A,
  kernel: B,
  options: ConvOptions = {},
): Out<A | B> {
  checkOptions('conv', options, 'strides padding dataFormat dilationRate');
  return apply('conv', [inputs, kernel] as Operand[], options, (values) => {
    const [x, k] = promoted(values);
    return convolved('conv', x!, k!, options);
  }) as Out<A | B>;
}

/**
 * Convolution of every channel by itself.
 *
 * @param kernel [spatial…, channels, multiplier]; the result has channels · multiplier channels.
 */
export function depthwiseConv<A extends Operand, B extends Operand>(
  inputs: A,
  kernel: B,
  options: ConvOptions = {},
): Out<A | B> {
  checkOptions('depthwiseConv', options, 'strides padding dataFormat dilationRate');
  return apply('depthwiseConv', [inputs, kernel] as Operand[], options, (values) => {
    const [x, k] = promoted(values);
    return depthwise('depthwiseConv', x!, k!, options);
  }) as Out<A | B>;
}

/**
 * {@link depthwiseConv}, then a convolution of window 1 that mixes the channels.
 *
 * @param depthwiseKernel [spatial…, channels, multiplier].
 * @param pointwiseKernel [1…, channels · multiplier, filters].
 */
export function separableConv<A extends Operand, B extends Operand, C extends Operand>(
  inputs: A,
  depthwiseKernel: B,
  pointwiseKernel: C,
  options: ConvOptions = {},
): Out<A | B | C> {
  checkOptions('separableConv', options, 'strides padding dataFormat dilationRate');
  const operands = [inputs, depthwiseKernel, pointwiseKernel] as Operand[];
  return apply('separableConv', operands, options, (values) => {
    const [x, first, second] = promoted(values);
    const { dataFormat } = options;
    const spread = depthwise('separableConv', x!, first!, options);
    return convolved('separableConv', spread, second!, { dataFormat });
  }) as Out<A | B | C>;
}

/** Options of {@link convTranspose}. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Added to the size of the result at its end; by default the size is a multiple of strides. */
  readonly outputPadding?: number | readonly number[] | null | undefined;
}

/**
 * Transposed convolution: the gradient of a convolution with respect to its input.
 *
 * @param kernel [spatial…, filters, channels]: the filters of the result come first.
 */
export function convTranspose<A extends Operand, B extends Operand>(
  inputs: A,
  kernel: B,
  options: ConvTransposeOptions = {},
): Out<A | B> {
  checkOptions('convTranspose', options, 'strides padding dataFormat dilationRate outputPadding');
  return apply('convTranspose', [inputs, kernel] as Operand[], options, (values) => {
    const [x, k] = promoted(values) as [Tensor, Tensor];
    checkImage('convTranspose', x);
    return transposed(x, k, options);
  }) as Out<A | B>;
}

function transposed(x: Tensor, kernel: Tensor, options: ConvTransposeOptions): Tensor {
  const op = 'convTranspose';
  const attrs = attrsOf(op, x, kernel, { ...options, padding: 'valid' }, 1);
  const count = x.rank - 2;
  const { outputPadding } = options;
  const extra =
    outputPadding === null || outputPadding === undefined
      ? undefined
      : sizes(op, 'outputPadding', outputPadding, count);
  const channel = channelAxisOf(x, attrs.layout);
  const inputShape = x.shape.slice();
  inputShape[channel] = kernel.shape.at(-2)!;
  const padding = spatialAxes(x, attrs.layout).map((axis, i): [number, number] => {
    const stride = attrs.strides[i]!;
    const reach = (kernel.shape[i]! - 1) * attrs.dilation[i]! + 1;
    const [before, size] = transposedSize(
      x.shape[axis]!,
      stride,
      reach,
      options.padding ?? 'valid',
      extra?.[i],
    );
    inputShape[axis] = size;
    // What the forward convolution leaves over at the end needs no padding as long as it is
    // smaller than a stride.
    const after = (x.shape[axis]! - 1) * stride + reach - size - before;
    return [before, after < 0 && after > -stride ? 0 : after];
  });
  return primitives.convGradInput(x, kernel, { ...attrs, padding, inputShape });
}

/** Padding before, of the forward convolution, and size of the result, by Keras' rules. */
function transposedSize(
  size: number,
  stride: number,
  reach: number,
  mode: PaddingMode,
  outputPadding: number | undefined,
): [before: number, size: number] {
  if (mode === 'valid') {
    const extra = outputPadding ?? Math.max(reach, stride) - reach;
    return [0, (size - 1) * stride + reach + extra];
  }
  const total =
    outputPadding === undefined ? stride + reach - 2 : reach + (reach % 2) - 2 + outputPadding;
  const left = Math.min(Math.ceil(total / 2), reach - 1);
  return [reach - 1 - left, (size - 1) * stride + 2 - reach + total];
}
