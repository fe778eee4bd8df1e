/** What convolutions and pools share: data formats, padding by name, sizes per spatial axis. */
import { type ImageDataFormat, imageDataFormat } from '../../config.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Layout, Padding } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { perAxis } from '../values.ts';

/** Where the channels stand, under our name or under Keras'. */
export type DataFormat = ImageDataFormat | 'channels_last' | 'channels_first';

/** 'valid': windows inside only; 'same': as many windows as strides fit. */
export type PaddingMode = 'valid' | 'same';

/** The layout of a data format; `config.imageDataFormat` by default. */
export function layoutOf(op: string, format: DataFormat | null | undefined): Layout {
  switch (format ?? imageDataFormat()) {
    case 'channelsLast':
    case 'channels_last':
      return 'channelsLast';
    case 'channelsFirst':
    case 'channels_first':
      return 'channelsFirst';
    default:
      throw new ArgumentError(
        `${op}: dataFormat "${String(format)}" must be channelsLast or channelsFirst.`,
      );
  }
}

/** The spatial axes of an activation. */
export function spatialAxes(x: Tensor, layout: Layout): number[] {
  const first = layout === 'channelsLast' ? 1 : 2;
  return Array.from({ length: x.rank - 2 }, (_, i) => first + i);
}

/** The channel axis of an activation. */
export function channelAxisOf(x: Tensor, layout: Layout): number {
  return layout === 'channelsLast' ? x.rank - 1 : 1;
}

/** One number per spatial axis. */
export function sizes(
  op: string,
  what: string,
  value: number | readonly number[],
  count: number,
): readonly number[] {
  return perAxis(value, count, `${op}: ${what}`, (message) => new ArgumentError(message));
}

/** Throws unless x is [batch, spatial…, channels] in some order. */
export function checkImage(op: string, x: Tensor): void {
  if (x.rank < 3) {
    throw new ShapeError(
      `${op}: the input must have a batch axis, spatial axes and a channel axis, got shape ` +
        `[${x.shape.join(', ')}].`,
    );
  }
}

/** Windows over one activation. */
export interface WindowAttrs {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
}

/** Explicit padding; the odd cell of 'same' goes to the end, as in TensorFlow. */
export function paddingOf(
  op: string,
  mode: PaddingMode,
  spatial: readonly number[],
  { window, strides, dilation }: WindowAttrs,
): Padding {
  if (mode === 'valid') return spatial.map(() => [0, 0]);
  if (mode !== 'same') {
    throw new ArgumentError(`${op}: padding "${String(mode)}" must be valid or same.`);
  }
  return spatial.map((size, i) => {
    const reach = (window[i]! - 1) * dilation[i]! + 1;
    const count = Math.ceil(size / strides[i]!);
    const total = Math.max((count - 1) * strides[i]! + reach - size, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}
