/** What convolution and pooling share: where the spatial axes are and how windows count. */
import { ShapeError } from '../../errors.ts';
import type { Aval, Layout, Padding } from '../../graph/types.ts';
import { checkPerAxis, showAval } from './check.ts';

/** The first spatial axis of an activation; the others follow it. */
export function firstSpatialAxis(layout: Layout): number {
  return layout === 'channelsLast' ? 1 : 2;
}

/** The channel axis of an activation of a rank. */
export function channelAxis(layout: Layout, rank: number): number {
  return layout === 'channelsLast' ? rank - 1 : 1;
}

/** Throws unless the operand is [batch, spatial…, channels] in its layout. */
export function checkActivation(op: string, x: Aval, layout: Layout): void {
  if (layout !== 'channelsLast' && layout !== 'channelsFirst') {
    throw new ShapeError(`${op}: unknown layout ${String(layout)}`);
  }
  if (x.shape.length < 3) {
    throw new ShapeError(
      `${op}: the input must have a batch axis, a channel axis and at least one spatial axis but ` +
        `is ${showAval(x)}`,
    );
  }
}

/** Throws unless the padding is [before, after] for each of `spatial` axes. */
export function checkPadding(op: string, padding: Padding, spatial: number): void {
  const valid =
    padding.length === spatial &&
    padding.every((pair) => pair.length === 2 && pair.every((size) => Number.isInteger(size)));
  if (!valid) {
    throw new ShapeError(
      `${op}: padding ${JSON.stringify(padding)} must be [before, after] for each of ${spatial} ` +
        'spatial axes',
    );
  }
}

/** Attributes of sliding windows. */
export interface Windows {
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilation: readonly number[];
}

/** Number of windows per spatial axis. */
export function windowCounts(
  op: string,
  spatial: readonly number[],
  window: readonly number[],
  { strides, padding, dilation }: Windows,
): number[] {
  const rank = spatial.length;
  checkPerAxis(op, 'window', window, rank, 1);
  checkPerAxis(op, 'strides', strides, rank, 1);
  checkPerAxis(op, 'dilation', dilation, rank, 1);
  checkPadding(op, padding, rank);
  const counts: number[] = [];
  for (let i = 0; i < rank; i++) {
    const padded = spatial[i]! + padding[i]![0] + padding[i]![1];
    const reach = (window[i]! - 1) * dilation[i]! + 1;
    if (padded < reach) {
      throw new ShapeError(
        `${op}: spatial axis ${i} has ${padded} positions with its padding, fewer than the ` +
          `window of ${reach}; pad more or use a smaller window`,
      );
    }
    counts.push(Math.floor((padded - reach) / strides[i]!) + 1);
  }
  return counts;
}
