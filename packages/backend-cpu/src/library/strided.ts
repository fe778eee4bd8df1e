/**
 * Matrices inside tensors: an element is found by adding the offset of its row and of its column.
 * Any set of axes can be rows or columns; where they collapse into one, the offset is a product.
 */
import type { Storage } from '../storage.ts';
import type { Lanes } from './gemm.ts';

/** Offsets of positions 0 … size − 1. */
export interface Offsets {
  readonly size: number;
  /** Distance of neighbours, if it is constant. */
  readonly stride: number;
  /** Otherwise every offset. */
  readonly table: Int32Array | undefined;
}

/** Offsets over several axes in row-major order. */
export function offsets(sizes: readonly number[], strides: readonly number[]): Offsets {
  const axes: { size: number; stride: number }[] = [];
  sizes.forEach((size, i) => {
    if (size === 1) return;
    const last = axes[axes.length - 1];
    if (last !== undefined && last.stride === strides[i] * size) {
      last.size *= size;
      last.stride = strides[i];
    } else {
      axes.push({ size, stride: strides[i] });
    }
  });
  const size = sizes.reduce((a, b) => a * b, 1);
  if (axes.length === 0 || size === 0) return { size, stride: 1, table: undefined };
  if (axes.length === 1) return { size, stride: axes[0].stride, table: undefined };
  const table = new Int32Array(size);
  let filled = 1;
  for (let i = axes.length - 1; i >= 0; i--) {
    for (let step = axes[i].size - 1; step >= 0; step--) {
      for (let j = 0; j < filled; j++) table[step * filled + j] = table[j] + step * axes[i].stride;
    }
    filled *= axes[i].size;
  }
  return { size, stride: 0, table };
}

/** The offset of a position. */
export function offsetAt(offsets: Offsets, i: number): number {
  return offsets.table === undefined ? i * offsets.stride : offsets.table[i];
}

/** Packs lines [first, first + count) at depths [k, k + depth). */
export function packStrided(
  source: Storage,
  base: number,
  lines: Offsets,
  depths: Offsets,
  first: number,
  count: number,
  k: number,
  depth: number,
  into: Lanes,
  at: number,
): void {
  const lanes = into.length;
  const { stride, table } = depths;
  const isRunning = table === undefined && stride !== 1 && lines.stride === 1;
  for (let line = 0; line < count;) {
    const from = base + offsetAt(lines, first + line);
    const to = at + Math.floor(line / lanes) * depth;
    if (isRunning && line % lanes === 0 && count - line >= 2 * lanes) {
      // Neighbours in memory are packed together, while they are in the cache.
      for (let lane = 0; lane < lanes; lane++) {
        packPair(source, from + lane + k * stride, lanes, stride, depth, into[lane], to);
      }
      line += 2 * lanes;
      continue;
    }
    const lane = into[line % lanes];
    if (table === undefined) {
      let q = from + k * stride;
      for (let i = 0; i < depth; i++, q += stride) lane[to + i] = source[q];
    } else {
      for (let i = 0; i < depth; i++) lane[to + i] = source[from + table[k + i]];
    }
    line++;
  }
}

/** Packs two lines of one lane whose elements lie `apart` in memory. */
function packPair(
  source: Storage,
  from: number,
  apart: number,
  stride: number,
  depth: number,
  lane: Float64Array,
  to: number,
): void {
  for (let i = 0, q = from; i < depth; i++, q += stride) {
    lane[to + i] = source[q];
    lane[to + depth + i] = source[q + apart];
  }
}
