/**
 * Convolution and pooling see every activation as [batch, depth, height, width, channels] with
 * strides: one to three spatial axes and both layouts become the same loops.
 */
import type { ConvAttrs, Layout, PoolAttrs } from '@addax/core';
import { stridesOf } from './call.ts';

/** Three numbers: depth, height, width. */
export type Triple = readonly [number, number, number];

/** An activation. */
export interface Grid {
  readonly batch: number;
  readonly sizes: Triple;
  readonly channels: number;
  readonly batchStride: number;
  readonly strides: Triple;
  readonly channelStride: number;
}

/** Fills up to three axes from the front. */
export function triple(values: readonly number[], missing: number): Triple {
  const all = [missing, missing, missing, ...values].slice(-3);
  return [all[0], all[1], all[2]];
}

/** The grid of an activation's shape. */
export function gridOf(shape: readonly number[], layout: Layout): Grid {
  const strides = stridesOf(shape);
  const channelAxis = layout === 'channelsLast' ? shape.length - 1 : 1;
  const isSpatial = (_: number, axis: number): boolean => axis !== 0 && axis !== channelAxis;
  return {
    batch: shape[0],
    sizes: triple(shape.filter(isSpatial), 1),
    channels: shape[channelAxis],
    batchStride: strides[0],
    strides: triple(strides.filter(isSpatial), 0),
    channelStride: strides[channelAxis],
  };
}

/** Positions of a window relative to its corner, in row-major order, three numbers each. */
export function windowPositions(window: Triple, dilation: Triple): Int32Array {
  const positions = new Int32Array(3 * window[0] * window[1] * window[2]);
  let at = 0;
  for (let d = 0; d < window[0]; d++) {
    for (let h = 0; h < window[1]; h++) {
      for (let w = 0; w < window[2]; w++) {
        positions[at++] = d * dilation[0];
        positions[at++] = h * dilation[1];
        positions[at++] = w * dilation[2];
      }
    }
  }
  return positions;
}

/** Window geometry of a convolution or pooling. */
export interface Windows {
  readonly window: Triple;
  readonly strides: Triple;
  readonly before: Triple;
  readonly dilation: Triple;
}

/** The geometry of attributes; `window` of a convolution is its kernel's spatial shape. */
export function windowsOf(attrs: ConvAttrs | PoolAttrs, window: readonly number[]): Windows {
  return {
    window: triple(window, 1),
    strides: triple(attrs.strides, 1),
    before: triple(
      attrs.padding.map(([before]) => before),
      0,
    ),
    dilation: triple(attrs.dilation, 1),
  };
}
