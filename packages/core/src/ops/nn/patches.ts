/** Windows as channels, and channels as space. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { range, tensorOf } from '../values.ts';
import { type DataFormat, layoutOf, sizes } from './layout.ts';

/** Options of {@link unfold} and {@link fold}: one number, or [vertical, horizontal]. */
export interface UnfoldOptions {
  /** Step within a window. Default 1. */
  readonly dilation?: number | readonly number[];
  /** Cells of 0 on each side. Default 0. */
  readonly padding?: number | readonly number[];
  /** Step of the windows. Default 1. */
  readonly stride?: number | readonly number[];
}

interface Windows {
  readonly kernel: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly stride: readonly number[];
}

function windowsOf(
  op: string,
  kernelSize: number | readonly number[],
  { dilation = 1, padding = 0, stride = 1 }: UnfoldOptions,
): Windows {
  return {
    kernel: sizes(op, 'kernelSize', kernelSize, 2),
    dilation: sizes(op, 'dilation', dilation, 2),
    padding: sizes(op, 'padding', padding, 2),
    stride: sizes(op, 'stride', stride, 2),
  };
}

function countsOf(op: string, image: readonly number[], windows: Windows): number[] {
  return image.map((size, i) => {
    const reach = (windows.kernel[i]! - 1) * windows.dilation[i]! + 1;
    const count = Math.floor((size + 2 * windows.padding[i]! - reach) / windows.stride[i]!) + 1;
    if (count >= 1) return count;
    throw new ShapeError(
      `${op}: a window that reaches over ${reach} cells does not fit an image of ${size} with ` +
        `padding ${windows.padding[i]}.`,
    );
  });
}

/** Places of a window's cells: [row, column] offsets. */
function cells({ kernel, dilation }: Windows): [row: number, column: number][] {
  return range(kernel[0]!).flatMap((i) =>
    range(kernel[1]!).map((j): [number, number] => [i * dilation[0]!, j * dilation[1]!]),
  );
}

/**
 * Sliding windows as columns.
 *
 * @param x [batch, channels, height, width].
 * @returns [batch, channels · kernelHeight · kernelWidth, windows].
 */
export function unfold<A extends Operand>(
  x: A,
  kernelSize: number | readonly number[],
  options: UnfoldOptions = {},
): Out<A> {
  checkOptions('unfold', options, 'dilation padding stride');
  return apply('unfold', [x] as Operand[], { kernelSize, ...options }, ([a]) => {
    const value = tensorOf(a!);
    if (value.rank !== 4) {
      throw new ShapeError(
        `unfold: expected [batch, channels, height, width], got [${value.shape.join(', ')}].`,
      );
    }
    const windows = windowsOf('unfold', kernelSize, options);
    const [batch, channels, ...image] = value.shape as [number, number, ...number[]];
    const counts = countsOf('unfold', image, windows);
    const border = [0, 0, ...windows.padding];
    const padded = border.some((size) => size > 0)
      ? primitives.pad(value, primitives.full([], 0, value.dtype), border, border)
      : value;
    const columns = cells(windows).map((at) => {
      const limit = at.map((from, i) => from + (counts[i]! - 1) * windows.stride[i]! + 1);
      const strides = [1, 1, ...windows.stride];
      const cell = primitives.slice(padded, [0, 0, ...at], [batch, channels, ...limit], strides);
      return primitives.reshape(cell, [batch, channels, 1, counts[0]! * counts[1]!]);
    });
    const all = primitives.concat(columns, 2);
    return primitives.reshape(all, [batch, channels * columns.length, counts[0]! * counts[1]!]);
  }) as Out<A>;
}

/**
 * Columns of {@link unfold} added up into an image.
 *
 * @param x [batch, channels · kernelHeight · kernelWidth, windows].
 * @param outputSize Height and width of the image.
 */
export function fold<A extends Operand>(
  x: A,
  outputSize: number | readonly number[],
  kernelSize: number | readonly number[],
  options: UnfoldOptions = {},
): Out<A> {
  checkOptions('fold', options, 'dilation padding stride');
  return apply('fold', [x] as Operand[], { outputSize, kernelSize, ...options }, ([a]) => {
    const value = tensorOf(a!);
    const windows = windowsOf('fold', kernelSize, options);
    const image = sizes('fold', 'outputSize', outputSize, 2);
    const counts = countsOf('fold', image, windows);
    const places = cells(windows);
    const [batch, rows, columns] = value.shape as [number, number, number];
    if (value.rank !== 3 || rows % places.length !== 0 || columns !== counts[0]! * counts[1]!) {
      throw new ShapeError(
        `fold: expected [batch, channels · ${places.length}, ${counts[0]! * counts[1]!}] for an ` +
          `image of [${image.join(', ')}], got [${value.shape.join(', ')}].`,
      );
    }
    const channels = rows / places.length;
    const grid = primitives.reshape(value, [batch, channels, places.length, ...counts]);
    const zero = primitives.full([], 0, value.dtype);
    const parts = places.map((at, i): Tensor => {
      const cell = primitives.slice(grid, [0, 0, i, 0, 0], [batch, channels, i + 1, ...counts]);
      const flat = primitives.reshape(cell, [batch, channels, ...counts]);
      const low = at.map((offset, axis) => offset - windows.padding[axis]!);
      const high = image.map((size, axis) => {
        const reach = (counts[axis]! - 1) * windows.stride[axis]! + 1;
        return size - low[axis]! - reach;
      });
      const between = windows.stride.map((step) => step - 1);
      return primitives.pad(flat, zero, [0, 0, ...low], [0, 0, ...high], [0, 0, ...between]);
    });
    return parts.reduce((p, q) => primitives.add(p, q));
  }) as Out<A>;
}

/** Options of {@link depthToSpace} and {@link spaceToDepth}. */
export interface DepthOptions {
  /** Where the channels stand. Default channelsLast. */
  readonly dataFormat?: DataFormat;
}

/** Blocks of channels become blocks of pixels: [.., h, w, c·b²] → [.., h·b, w·b, c]. */
export function depthToSpace<A extends Operand>(
  x: A,
  blockSize: number,
  options: DepthOptions = {},
): Out<A> {
  checkOptions('depthToSpace', options, 'dataFormat');
  return apply('depthToSpace', [x] as Operand[], { blockSize, ...options }, ([a]) =>
    channelsLast('depthToSpace', tensorOf(a!), options, (value) => {
      const [n, h, w, c] = value.shape as [number, number, number, number];
      const depth = c / blockSize ** 2;
      if (!Number.isInteger(depth)) throw indivisible('depthToSpace', `${c} channels`, blockSize);
      const split = primitives.reshape(value, [n, h, w, blockSize, blockSize, depth]);
      const mixed = primitives.transpose(split, [0, 1, 3, 2, 4, 5]);
      return primitives.reshape(mixed, [n, h * blockSize, w * blockSize, depth]);
    }),
  ) as Out<A>;
}

/** Blocks of pixels become blocks of channels: [.., h·b, w·b, c] → [.., h, w, c·b²]. */
export function spaceToDepth<A extends Operand>(
  x: A,
  blockSize: number,
  options: DepthOptions = {},
): Out<A> {
  checkOptions('spaceToDepth', options, 'dataFormat');
  return apply('spaceToDepth', [x] as Operand[], { blockSize, ...options }, ([a]) =>
    channelsLast('spaceToDepth', tensorOf(a!), options, (value) => {
      const [n, height, width, c] = value.shape as [number, number, number, number];
      const [h, w] = [height / blockSize, width / blockSize];
      if (!Number.isInteger(h) || !Number.isInteger(w)) {
        throw indivisible('spaceToDepth', `an image of ${height} × ${width}`, blockSize);
      }
      const split = primitives.reshape(value, [n, h, blockSize, w, blockSize, c]);
      const mixed = primitives.transpose(split, [0, 1, 3, 2, 4, 5]);
      return primitives.reshape(mixed, [n, h, w, c * blockSize ** 2]);
    }),
  ) as Out<A>;
}

function channelsLast(
  op: string,
  x: Tensor,
  { dataFormat = 'channelsLast' }: DepthOptions,
  run: (x: Tensor) => Tensor,
): Tensor {
  if (x.rank !== 4) {
    throw new ShapeError(`${op}: expected images of 4 axes, got [${x.shape.join(', ')}].`);
  }
  if (layoutOf(op, dataFormat) === 'channelsLast') return run(x);
  return primitives.transpose(run(primitives.transpose(x, [0, 2, 3, 1])), [0, 3, 1, 2]);
}

function indivisible(op: string, what: string, blockSize: number): ArgumentError {
  return new ArgumentError(`${op}: ${what} cannot be divided into blocks of ${blockSize}.`);
}
