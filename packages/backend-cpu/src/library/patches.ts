/**
 * The matrix of patches that turns a convolution into a product, never built: rows are positions of
 * a grid, columns are (window position, channel), and blocks are packed straight from the tensor.
 * Positions outside the tensor read as 0.
 */
import type { Storage } from '../storage.ts';
import type { Lanes } from './gemm.ts';
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

/** Packs rows [first, first + count) at columns [k, k + depth). */
export function packPatchRows(
  p: Patches,
  data: Storage,
  first: number,
  count: number,
  k: number,
  depth: number,
  into: Lanes,
  at: number,
): void {
  const { source, channels, taps } = p;
  const [sizeD, sizeH, sizeW] = source.sizes;
  const [strideD, strideH, strideW] = source.strides;
  const step = source.channelStride;
  const isDense = strideW === channels * step;
  const firstTap = Math.floor(k / channels);
  const firstChannel = k - firstTap * channels;
  fillOrigins(p, first, count);
  for (let row = 0; row < count; row++) {
    const lane = into[row % into.length];
    const origin = origins[4 * row];
    const d = origins[4 * row + 1];
    const h = origins[4 * row + 2];
    const w = origins[4 * row + 3];
    let to = at + Math.floor(row / into.length) * depth;
    let channel = firstChannel;
    let left = depth;
    for (let tap = firstTap; left > 0; tap++) {
      let run = Math.min(channels - channel, left);
      const atD = d + taps[3 * tap];
      const atH = h + taps[3 * tap + 1];
      const atW = w + taps[3 * tap + 2];
      const isInside =
        atD >= 0 && atD < sizeD && atH >= 0 && atH < sizeH && atW >= 0 && atW < sizeW;
      if (isInside) {
        const from = origin + atD * strideD + atH * strideH + atW * strideW + channel * step;
        // Window positions that follow each other in memory are one run.
        const end = isDense ? sizeW : 0;
        for (let next = atW + 1; run < left && next < end; next++, tap++) {
          if (!isNeighbour(taps, tap)) break;
          run = Math.min(run + channels, left);
        }
        copyRun(data, from, step, lane, to, run);
      } else {
        for (let i = 0; i < run; i++) lane[to + i] = 0;
      }
      to += run;
      left -= run;
      channel = 0;
    }
  }
}

/** Whether the next window position is the neighbour along the width. */
function isNeighbour(taps: Int32Array, tap: number): boolean {
  const at = 3 * tap;
  return (
    taps[at + 3] === taps[at] && taps[at + 4] === taps[at + 1] && taps[at + 5] === taps[at + 2] + 1
  );
}

/** Copies elements that lie `step` apart. Runs of channels are long: four at a time. */
function copyRun(
  data: Storage,
  from: number,
  step: number,
  lane: Float64Array,
  to: number,
  count: number,
): void {
  let i = 0;
  if (step === 1) {
    for (; i < count - 3; i += 4) {
      const p = (from + i) | 0;
      const q = (to + i) | 0;
      lane[q] = data[p];
      lane[(q + 1) | 0] = data[(p + 1) | 0];
      lane[(q + 2) | 0] = data[(p + 2) | 0];
      lane[(q + 3) | 0] = data[(p + 3) | 0];
    }
  }
  for (; i < count; i++) lane[to + i] = data[from + i * step];
}

/** Packs columns [first, first + count) at rows [k, k + depth): the transpose of the above. */
export function packPatchColumns(
  p: Patches,
  data: Storage,
  first: number,
  count: number,
  k: number,
  depth: number,
  into: Lanes,
  at: number,
): void {
  const { channels } = p;
  const step = p.source.channelStride;
  fillOrigins(p, k, depth);
  for (let column = 0; column < count;) {
    const tap = Math.floor((first + column) / channels);
    const channel = first + column - tap * channels;
    const end = Math.min(column + channels - channel, count);
    const isInside = fillPlaces(p, tap, depth);
    let shift = channel * step;
    for (; column < end; column++, shift += step) {
      const lane = into[column % into.length];
      const to = at + Math.floor(column / into.length) * depth;
      if (isInside) {
        for (let i = 0; i < depth; i++) lane[to + i] = data[places[i] + shift];
      } else {
        for (let i = 0; i < depth; i++) lane[to + i] = places[i] < 0 ? 0 : data[places[i] + shift];
      }
    }
  }
}

/** Where one window position reads, along a block of rows; −1 where that is outside. */
let places = new Int32Array(0);

/** Fills the above from the origins; tells whether all are inside. */
function fillPlaces({ source, taps }: Patches, tap: number, count: number): boolean {
  const [sizeD, sizeH, sizeW] = source.sizes;
  const [strideD, strideH, strideW] = source.strides;
  if (places.length < count) places = new Int32Array(count);
  let outside = 0;
  for (let i = 0; i < count; i++) {
    const d = origins[4 * i + 1] + taps[3 * tap];
    const h = origins[4 * i + 2] + taps[3 * tap + 1];
    const w = origins[4 * i + 3] + taps[3 * tap + 2];
    const isInside = d >= 0 && d < sizeD && h >= 0 && h < sizeH && w >= 0 && w < sizeW;
    places[i] = isInside ? origins[4 * i] + d * strideD + h * strideH + w * strideW : -1;
    if (!isInside) outside++;
  }
  return outside === 0;
}

/** Origins of a block of rows: batch offset and the three coordinates. */
let origins = new Int32Array(0);

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
