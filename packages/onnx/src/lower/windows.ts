/** What convolution and pooling share: activations channels first, padding, and positions of windows. */
import type { Aval, ConvAttrs, Layout, PoolAttrs } from '@addax/core';
import type { Name, Scope } from '../scope.ts';
import { range, type Value } from '../value.ts';
import { padTensor } from './shape.ts';

/** Axes of an activation as [batch, channels, spatial…]. */
export function channelsFirst(layout: Layout, rank: number): number[] {
  const axes = range(rank);
  if (layout === 'channelsFirst') return axes;
  return [0, rank - 1, ...axes.slice(1, rank - 1)];
}

/** A tensor [batch, channels, spatial…] as a value of a shape and layout. */
export function activation(
  name: Name,
  { shape, dtype }: Pick<Value, 'shape' | 'dtype'>,
  layout: Layout,
): Value {
  const order = channelsFirst(layout, shape.length);
  const dims = order.map((axis) => shape[axis]!);
  return { name, dtype, shape, dims, order: layout === 'channelsFirst' ? undefined : order };
}

/** Sizes of an activation as [batch, channels, spatial…]. */
export function sizesOf(shape: readonly number[], layout: Layout): number[] {
  return channelsFirst(layout, shape.length).map((axis) => shape[axis]!);
}

/** A tensor [batch, channels, spatial…] with its spatial axes padded by zeros or cropped. */
export function padSpatial(
  scope: Scope,
  name: Name,
  sizes: readonly number[],
  low: readonly number[],
  high: readonly number[],
  fill: Name,
  interior: readonly number[] = low.map(() => 0),
): Name {
  const before = [0, 0, ...low];
  const after = [0, 0, ...high];
  return padTensor(scope, name, sizes, before, after, [0, 0, ...interior], fill);
}

/** Every position of a window, in row-major order. */
export function windowTaps(window: readonly number[]): number[][] {
  let taps: number[][] = [[]];
  for (const length of window) {
    taps = taps.flatMap((tap) => range(length).map((i) => [...tap, i]));
  }
  return taps;
}

/** What one window position sees: a strided slice of the padded activation. */
export function tapSlice(
  scope: Scope,
  padded: Name,
  tap: readonly number[],
  counts: readonly number[],
  { strides, dilation }: Pick<ConvAttrs, 'strides' | 'dilation'>,
): Name {
  const start = tap.map((position, i) => position * dilation[i]!);
  const end = start.map((from, i) => from + (counts[i]! - 1) * strides[i]! + 1);
  const axes = tap.map((_, i) => i + 2);
  return scope.node('Slice', [padded, ...[start, end, axes, strides].map((l) => scope.ints(l))]);
}

/** The inverse of {@link tapSlice}: zeros, with the elements at the places where the tap reads. */
export function putTap(
  scope: Scope,
  part: Name,
  sizes: readonly number[],
  tap: readonly number[],
  covered: readonly number[],
  { strides, dilation }: Pick<ConvAttrs, 'strides' | 'dilation'>,
  zero: Name,
): Name {
  const low = tap.map((position, i) => position * dilation[i]!);
  const high = covered.map((length, i) => length - low[i]! - (sizes[i + 2]! - 1) * strides[i]! - 1);
  const interior = strides.map((stride) => stride - 1);
  return padSpatial(scope, part, sizes, low, high, zero, interior);
}

/** Whether pooling windows lie side by side without padding; at the end some input may be left over. */
export function isApart({ window, strides, dilation, padding }: PoolAttrs): boolean {
  return window.every(
    (length, i) =>
      length === strides[i] && dilation[i] === 1 && padding[i]!.every((pad) => pad === 0),
  );
}

/** Whether such windows cover the whole of a value. */
export function isTiledBy(attrs: PoolAttrs, { shape }: Pick<Aval, 'shape'>): boolean {
  const sizes = sizesOf(shape, attrs.layout).slice(2);
  return isApart(attrs) && attrs.window.every((length, i) => sizes[i]! % length === 0);
}
