/** Pools: windows reduced to their maximum or mean; adaptive ones give a fixed number of windows. */
import { ArgumentError } from '../../errors.ts';
import type { PoolAttrs } from '../../graph/types.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { constant, floatOf, indexTensor, product, range, tensorOf } from '../values.ts';
import {
  checkImage,
  type DataFormat,
  layoutOf,
  paddingOf,
  type PaddingMode,
  sizes,
  spatialAxes,
} from './layout.ts';

/** Options of pools. */
export interface PoolOptions {
  /** Step of the windows; the window itself by default. */
  readonly strides?: number | readonly number[] | null | undefined;
  /** 'valid' (default) or 'same'. */
  readonly padding?: PaddingMode;
  /** Where the channels stand; `config.imageDataFormat` by default. */
  readonly dataFormat?: DataFormat | null | undefined;
}

function poolAttrs(
  op: string,
  fn: PoolAttrs['fn'],
  x: Tensor,
  poolSize: number | readonly number[],
  options: PoolOptions,
): PoolAttrs {
  checkImage(op, x);
  const layout = layoutOf(op, options.dataFormat);
  const axes = spatialAxes(x, layout);
  const window = sizes(op, 'poolSize', poolSize, axes.length);
  const strides = sizes(op, 'strides', options.strides ?? window, axes.length);
  const dilation = axes.map(() => 1);
  const spatial = axes.map((axis) => x.shape[axis]!);
  const windows = { window, strides, dilation };
  const padding = paddingOf(op, options.padding ?? 'valid', spatial, windows);
  return { fn, ...windows, padding, layout };
}

/**
 * Maxima of windows.
 *
 * @param poolSize The window: one number, or one per spatial axis.
 *
 * @example
 * ops.maxPool(images, 2, { strides: 2, padding: 'same' });
 */
export function maxPool<A extends Operand>(
  inputs: A,
  poolSize: number | readonly number[],
  options: PoolOptions = {},
): Out<A> {
  checkOptions('maxPool', options, 'strides padding dataFormat');
  return apply('maxPool', [inputs] as Operand[], { poolSize, ...options }, ([a]) => {
    const x = tensorOf(a!);
    return primitives.pool(x, poolAttrs('maxPool', 'max', x, poolSize, options));
  }) as Out<A>;
}

/** Means of windows; padding does not count. */
export function averagePool<A extends Operand>(
  inputs: A,
  poolSize: number | readonly number[],
  options: PoolOptions = {},
): Out<A> {
  checkOptions('averagePool', options, 'strides padding dataFormat');
  return apply('averagePool', [inputs] as Operand[], { poolSize, ...options }, ([a]) => {
    const x = floatOf(a!);
    const attrs = poolAttrs('averagePool', 'sum', x, poolSize, options);
    const sums = primitives.pool(x, attrs);
    return primitives.div(sums, cellCounts(x, sums, attrs));
  }) as Out<A>;
}

/** How many cells of the input each window holds. */
function cellCounts(x: Tensor, sums: Tensor, attrs: PoolAttrs): Tensor {
  if (attrs.padding.every(([before, after]) => before === 0 && after === 0)) {
    return primitives.fullLike(sums, product(attrs.window));
  }
  return spatialAxes(x, attrs.layout)
    .map((axis, i) => {
      const size = x.shape[axis]!;
      const counts = range(sums.shape[axis]!).map((position) => {
        const start = position * attrs.strides[i]! - attrs.padding[i]![0];
        return Math.min(start + attrs.window[i]!, size) - Math.max(start, 0);
      });
      const line = constant(counts, [counts.length], x.dtype);
      return primitives.broadcast(line, sums.shape, [axis]);
    })
    .reduce((a, b) => primitives.mul(a, b));
}

/** Options of adaptive pools. */
export interface AdaptivePoolOptions {
  /** Where the channels stand; `config.imageDataFormat` by default. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/** Window i of n over an axis: from ⌊i·size/n⌋ up to ⌈(i+1)·size/n⌉. */
function adaptiveWindows(size: number, count: number): [from: number, to: number][] {
  return range(count).map((i) => [
    Math.floor((i * size) / count),
    Math.ceil(((i + 1) * size) / count),
  ]);
}

function adaptive(
  op: string,
  x: Tensor,
  outputSize: number | readonly number[],
  options: AdaptivePoolOptions,
  reduce: (x: Tensor, axis: number, windows: [number, number][]) => Tensor,
): Tensor {
  checkImage(op, x);
  const axes = spatialAxes(x, layoutOf(op, options.dataFormat));
  const counts = sizes(op, 'outputSize', outputSize, axes.length);
  return axes.reduce((current, axis, i) => {
    const count = counts[i]!;
    if (!Number.isInteger(count) || count < 1) {
      throw new ArgumentError(`${op}: outputSize ${count} must be a positive whole number.`);
    }
    return reduce(current, axis, adaptiveWindows(current.shape[axis]!, count));
  }, x);
}

/** Means over as many windows as `outputSize` says, which may overlap. */
export function adaptiveAveragePool<A extends Operand>(
  inputs: A,
  outputSize: number | readonly number[],
  options: AdaptivePoolOptions = {},
): Out<A> {
  checkOptions('adaptiveAveragePool', options, 'dataFormat');
  const given = { outputSize, ...options };
  return apply('adaptiveAveragePool', [inputs] as Operand[], given, ([a]) =>
    adaptive('adaptiveAveragePool', floatOf(a!), outputSize, options, windowMeans),
  ) as Out<A>;
}

/** A product with the matrix that holds 1 / length where a cell belongs to a window. */
function windowMeans(x: Tensor, axis: number, windows: [number, number][]): Tensor {
  const size = x.shape[axis]!;
  const weights = windows.flatMap(([from, to]) =>
    range(size).map((cell) => (cell >= from && cell < to ? 1 / (to - from) : 0)),
  );
  const matrix = constant(weights, [windows.length, size], x.dtype);
  const last = x.rank - 1;
  const mixed = primitives.dot(x, matrix, [[axis, 1]]);
  const back = range(last);
  return primitives.transpose(mixed, [...back.slice(0, axis), last, ...back.slice(axis)]);
}

/** Maxima over as many windows as `outputSize` says, which may overlap. */
export function adaptiveMaxPool<A extends Operand>(
  inputs: A,
  outputSize: number | readonly number[],
  options: AdaptivePoolOptions = {},
): Out<A> {
  checkOptions('adaptiveMaxPool', options, 'dataFormat');
  const given = { outputSize, ...options };
  return apply('adaptiveMaxPool', [inputs] as Operand[], given, ([a]) =>
    adaptive('adaptiveMaxPool', tensorOf(a!), outputSize, options, windowMaxima),
  ) as Out<A>;
}

/** Windows of one length: the shorter ones repeat their last cell, which changes no maximum. */
function windowMaxima(x: Tensor, axis: number, windows: [number, number][]): Tensor {
  const length = Math.max(...windows.map(([from, to]) => to - from));
  const cells = windows.flatMap(([from, to]) =>
    range(length).map((i) => Math.min(from + i, to - 1)),
  );
  const gathered = primitives.gather(x, indexTensor(cells, [windows.length, length]), axis);
  return primitives.reduce('max', gathered, [axis + 1]);
}
