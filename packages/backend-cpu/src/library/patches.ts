/**
 * The matrix of patches that turns a convolution into a product, never built: rows are positions of
 * a grid, columns are (window position, channel), and blocks are packed straight from the tensor.
 * Positions outside the tensor read as 0.
 */
import type { Storage } from '../storage.ts';
import { TILE } from './gemm.ts';
import type { Grid, Triple } from './spatial.ts';

/** Patches of `source`: row (n, d, h, w) reads at (d, h, w) · steps + tap. */
export interface Patches {
  readonly source: Grid;
  /** Offset of the first channel of the group. */
  readonly base: number;
  readonly channels: number;
  readonly rows: Triple;
  readonly steps: Triple;
  /** Displacement of each window position, three numbers each. */
  readonly taps: Int32Array;
}

/** Rows of the matrix. */
export function rowCount({ source, rows }: Patches): number {
  return source.batch * rows[0] * rows[1] * rows[2];
}

/** Columns of the matrix. */
export function columnCount({ taps, channels }: Patches): number {
  return (taps.length / 3) * channels;
}

/** Packs rows [first, first + count) at columns [k, k + depth) in panels of four rows. */
export function packPatchRows(
  p: Patches,
  data: Storage,
  first: number,
  count: number,
  k: number,
  depth: number,
  into: Float64Array,
): void {
  const { source, channels, rows, steps, taps } = p;
  const [sizeD, sizeH, sizeW] = source.sizes;
  const [strideD, strideH, strideW] = source.strides;
  const step = source.channelStride;
  const firstTap = Math.floor(k / channels);
  const firstChannel = k - firstTap * channels;
  for (let row = 0; row < count; row++) {
    const lane = (row & ~3) * depth + (row & 3);
    let rest = first + row;
    const w = (rest % rows[2]) * steps[2];
    rest = Math.floor(rest / rows[2]);
    const h = (rest % rows[1]) * steps[1];
    rest = Math.floor(rest / rows[1]);
    const d = (rest % rows[0]) * steps[0];
    const origin = p.base + Math.floor(rest / rows[0]) * source.batchStride;
    let to = lane;
    let channel = firstChannel;
    let left = depth;
    for (let tap = firstTap; left > 0; tap++) {
      const run = Math.min(channels - channel, left);
      const atD = d + taps[3 * tap];
      const atH = h + taps[3 * tap + 1];
      const atW = w + taps[3 * tap + 2];
      const isInside =
        atD >= 0 && atD < sizeD && atH >= 0 && atH < sizeH && atW >= 0 && atW < sizeW;
      if (isInside) {
        let from = origin + atD * strideD + atH * strideH + atW * strideW + channel * step;
        for (let i = 0; i < run; i++, from += step, to += TILE) into[to] = data[from];
      } else {
        for (let i = 0; i < run; i++, to += TILE) into[to] = 0;
      }
      left -= run;
      channel = 0;
    }
  }
  clearLanes(count, depth, into);
}

/** Zeroes the lanes of the last panel that have no row. */
function clearLanes(count: number, depth: number, into: Float64Array): void {
  for (let row = count; row & 3; row++) {
    const lane = (row & ~3) * depth + (row & 3);
    for (let i = 0; i < depth; i++) into[lane + i * TILE] = 0;
  }
}

/** Origins of a block of rows: batch offset and the three coordinates. */
let origins = new Int32Array(0);

/** Packs columns [first, first + count) at rows [k, k + depth): the transpose of the above. */
export function packPatchColumns(
  p: Patches,
  data: Storage,
  first: number,
  count: number,
  k: number,
  depth: number,
  into: Float64Array,
): void {
  const { channels } = p;
  fillOrigins(p, k, depth);
  for (let column = 0; column < count;) {
    const tap = Math.floor((first + column) / channels);
    const channel = first + column - tap * channels;
    const isPanel = (column & 3) === 0 && column + TILE <= count && channel + TILE <= channels;
    packTap(p, data, tap, channel, depth, into, (column & ~3) * depth + (column & 3), isPanel);
    column += isPanel ? TILE : 1;
  }
  clearLanes(count, depth, into);
}

/** One window position along a block of rows: one channel, or four that fill a panel. */
function packTap(
  { source, taps }: Patches,
  data: Storage,
  tap: number,
  channel: number,
  depth: number,
  into: Float64Array,
  at: number,
  isPanel: boolean,
): void {
  const [sizeD, sizeH, sizeW] = source.sizes;
  const [strideD, strideH, strideW] = source.strides;
  const step = source.channelStride;
  const tapD = taps[3 * tap];
  const tapH = taps[3 * tap + 1];
  const tapW = taps[3 * tap + 2];
  const offset = channel * step;
  for (let i = 0, to = at; i < depth; i++, to += TILE) {
    const atD = origins[4 * i + 1] + tapD;
    const atH = origins[4 * i + 2] + tapH;
    const atW = origins[4 * i + 3] + tapW;
    const isInside = atD >= 0 && atD < sizeD && atH >= 0 && atH < sizeH && atW >= 0 && atW < sizeW;
    const from = origins[4 * i] + offset + atD * strideD + atH * strideH + atW * strideW;
    into[to] = isInside ? data[from] : 0;
    if (!isPanel) continue;
    into[to + 1] = isInside ? data[from + step] : 0;
    into[to + 2] = isInside ? data[from + 2 * step] : 0;
    into[to + 3] = isInside ? data[from + 3 * step] : 0;
  }
}

function fillOrigins(p: Patches, first: number, count: number): void {
  const { source, rows, steps } = p;
  if (origins.length < 4 * count) origins = new Int32Array(4 * count);
  let rest = first;
  let w = rest % rows[2];
  rest = Math.floor(rest / rows[2]);
  let h = rest % rows[1];
  rest = Math.floor(rest / rows[1]);
  let d = rest % rows[0];
  let n = Math.floor(rest / rows[0]);
  for (let i = 0; i < count; i++) {
    origins[4 * i] = p.base + n * source.batchStride;
    origins[4 * i + 1] = d * steps[0];
    origins[4 * i + 2] = h * steps[1];
    origins[4 * i + 3] = w * steps[2];
    if (++w < rows[2]) continue;
    w = 0;
    if (++h < rows[1]) continue;
    h = 0;
    if (++d < rows[0]) continue;
    d = 0;
    n++;
  }
}
