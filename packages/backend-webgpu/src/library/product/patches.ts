/**
 * How convolutions see their operands. Activations are [batch, spatial…, channels] with strides,
 * whatever their layout; one and two spatial axes have one form, three another, so that few texts
 * serve all. The patches of an activation are a side whose window is the activation itself: padding,
 * of either sign, is what lies outside.
 */
import type { ConvAttrs, Layout } from '@addax/core';
import type { Operand } from '../../launch.ts';
import { type Axis, type Side, type Target, collapsed, stridesOf } from './problem.ts';

/** An activation. */
export interface Grid {
  readonly batch: number;
  readonly sizes: readonly number[];
  readonly channels: number;
  readonly batchStride: number;
  readonly strides: readonly number[];
  readonly channelStride: number;
}

/** Values per spatial axis: two or three, filled up from the front. */
function spatial(values: readonly number[], missing: number): number[] {
  return values.length === 1 ? [missing, ...values] : [...values];
}

/** The grid of an activation's shape. */
export function gridOf(shape: readonly number[], layout: Layout): Grid {
  const strides = stridesOf(shape);
  const channel = layout === 'channelsLast' ? shape.length - 1 : 1;
  const isSpatial = (_: number, axis: number): boolean => axis !== 0 && axis !== channel;
  return {
    batch: shape[0],
    sizes: spatial(shape.filter(isSpatial), 1),
    channels: shape[channel],
    batchStride: strides[0],
    strides: spatial(strides.filter(isSpatial), 0),
    channelStride: strides[channel],
  };
}

/** Geometry per spatial axis. */
export interface Windows {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly before: readonly number[];
  readonly dilation: readonly number[];
  readonly after: readonly number[];
}

/** The geometry of a convolution with a kernel of this shape. */
export function windowsOf(attrs: ConvAttrs, kernel: readonly number[]): Windows {
  const padding = (end: 0 | 1): number[] => attrs.padding.map((pair) => pair[end]);
  return {
    window: spatial(kernel.slice(0, -2), 1),
    strides: spatial(attrs.strides, 1),
    before: spatial(padding(0), 0),
    after: spatial(padding(1), 0),
    dilation: spatial(attrs.dilation, 1),
  };
}

/** Whether the convolution is a matrix product at each position. */
function isPointwise({ window, strides, before, after }: Windows): boolean {
  const ones = [...window, ...strides].every((value) => value === 1);
  return ones && [...before, ...after].every((value) => value === 0);
}

/** Positions of a grid, in the fewest axes. */
export function positions(grid: Grid): Axis[] {
  return collapsed([grid.batch, ...grid.sizes], [grid.batchStride, ...grid.strides]);
}

/** Which list of a side walks the positions of windows; the other walks within a window. */
export type PositionsAlong = 'free' | 'depth';

/** The patches of an activation: what each window sees, position by position. */
export function patches(
  operand: Operand,
  input: Grid,
  output: Grid,
  windows: Windows,
  groups: number,
  along: PositionsAlong,
): Side {
  const { window, strides, before, dilation } = windows;
  const inputs = input.channels / groups;
  const channels: Axis = { size: inputs, stride: input.channelStride };
  const batch: Axis[] = [{ size: groups, stride: inputs * input.channelStride }];
  const arrange = (places: readonly Axis[], within: readonly Axis[]) =>
    along === 'free' ? { free: places, depth: within } : { free: within, depth: places };
  if (isPointwise(windows)) {
    return { operand, batch, ...arrange(positions(input), [channels]), base: 0 };
  }
  // Without padding no window reaches outside, and kernels need not look.
  const isInside = [...before, ...windows.after].every((pad) => pad <= 0);
  const moves = (coordinate: number, by: number): Pick<Axis, 'moves'> =>
    isInside ? {} : { moves: { coordinate, by } };
  const places: Axis[] = [
    { size: input.batch, stride: input.batchStride },
    ...strides.map((stride, i) => ({
      size: output.sizes[i],
      stride: stride * input.strides[i],
      ...moves(i, stride),
    })),
  ];
  const within: Axis[] = [
    ...window.map((size, i) => ({
      size,
      stride: dilation[i] * input.strides[i],
      ...moves(i, dilation[i]),
    })),
    channels,
  ];
  const side: Side = {
    operand,
    batch,
    ...arrange(places, within),
    base: before.reduce((sum, pad, i) => sum - pad * input.strides[i], 0),
  };
  if (isInside) return side;
  return { ...side, window: { sizes: input.sizes, origins: before.map((pad) => -pad) } };
}

/** The channels of each position of a grid: a matrix per group. */
export function channelsOf(operand: Operand, grid: Grid, groups: number): Side {
  const channels = grid.channels / groups;
  return {
    operand,
    batch: [{ size: groups, stride: channels * grid.channelStride }],
    free: [{ size: channels, stride: grid.channelStride }],
    depth: positions(grid),
    base: 0,
  };
}

/** The same as a place to write to. */
export function channelsTarget(operand: Operand, grid: Grid, groups: number): Target {
  const { batch, free, depth } = channelsOf(operand, grid, groups);
  const elements = grid.batch * grid.channels * grid.sizes.reduce((a, b) => a * b, 1);
  return { operand, batch, rows: depth, column: free[0].stride, base: 0, elements };
}
