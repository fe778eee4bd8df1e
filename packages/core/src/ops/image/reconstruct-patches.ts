/** Images from their patches. */
import { imageDataFormat, type ImageDataFormat } from '../../config.ts';
import { ShapeError, UnsupportedError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { tensorOf } from '../values.ts';

/** Options of {@link reconstructPatches}. */
export interface ReconstructPatchesOptions {
  /** Distance of patches; only that of their size (no overlap) is supported. */
  readonly strides?: number | readonly [number, number] | null | undefined;
  /** Whether the patches were cut without (`'valid'`) or with padding. Default `'valid'`. */
  readonly padding?: 'valid' | 'same' | undefined;
  /** Where the channel axis stands. Default: the configured image data format. */
  readonly dataFormat?: ImageDataFormat | null | undefined;
}

type Pair = readonly [number, number];

const pair = (value: number | Pair): Pair => (typeof value === 'number' ? [value, value] : value);

/**
 * Puts the patches that `extractPatches` cut out back together:
 * [batch, rows, columns, height · width · channels] → [batch, height, width, channels].
 *
 * @param size Height and width of a patch.
 * @param outputSize Height and width of the image; what no patch covers is 0.
 * @throws UnsupportedError for patches that overlap or leave gaps.
 */
export function reconstructPatches<A extends Operand>(
  patches: A,
  size: number | Pair,
  outputSize: Pair,
  options: ReconstructPatchesOptions = {},
): Out<A> {
  checkOptions('reconstructPatches', options, 'strides padding dataFormat');
  const [height, width] = pair(size);
  const strides =
    options.strides === undefined || options.strides === null ? size : options.strides;
  if (String(pair(strides)) !== String([height, width])) {
    throw new UnsupportedError(
      `reconstructPatches: strides [${pair(strides).join(', ')}] other than the size ` +
        `[${height}, ${width}] of the patches are not supported.`,
    );
  }
  const first = (options.dataFormat ?? imageDataFormat()) === 'channelsFirst';
  const all = { size, outputSize, ...options };
  return apply('reconstructPatches', [patches] as Operand[], all, ([value]) => {
    const given = tensorOf(value!);
    const t = given.rank === 3 ? primitives.reshape(given, [1, ...given.shape]) : given;
    const last = first ? primitives.transpose(t, [0, 2, 3, 1]) : t;
    const image = resized(joined(last, height, width), outputSize, options.padding === 'same');
    const out = first ? primitives.transpose(image, [0, 3, 1, 2]) : image;
    return given.rank === 3 ? primitives.reshape(out, out.shape.slice(1)) : out;
  }) as Out<A>;
}

function joined(x: Tensor, height: number, width: number): Tensor {
  const [batch, rows, columns, depth] = x.shape as readonly [number, number, number, number];
  const channels = depth / (height * width);
  if (x.rank !== 4 || !Number.isInteger(channels)) {
    throw new ShapeError(
      `reconstructPatches: shape [${x.shape.join(', ')}] must be [batch, rows, columns, ` +
        `${height} · ${width} · channels].`,
    );
  }
  const parts = primitives.reshape(x, [batch, rows, columns, height, width, channels]);
  const ordered = primitives.transpose(parts, [0, 1, 3, 2, 4, 5]);
  return primitives.reshape(ordered, [batch, rows * height, columns * width, channels]);
}

/** Cropped or filled up to the size of the image: at the end, or on both sides for `same`. */
function resized(x: Tensor, size: Pair, isSame: boolean): Tensor {
  const missing = size.map((want, i) => want - x.shape[i + 1]!);
  const before = missing.map((n) => (isSame ? -Math.floor(-n / 2) : 0));
  const after = missing.map((n, i) => n - before[i]!);
  if (missing.every((n) => n === 0)) return x;
  const zero = primitives.full([], 0, x.dtype);
  return primitives.pad(x, zero, [0, ...before, 0], [0, ...after, 0]);
}
