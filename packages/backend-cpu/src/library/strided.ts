/**
 * Matrices inside tensors: an element is found by adding the offset of its row and of its column.
 * Any set of axes can be rows or columns; where they collapse into one, the offset is a product.
 */
import type { Storage } from '../storage.ts';
import { TILE } from './gemm.ts';

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

/** Packs lines [first, first + count) at depths [k, k + depth) in panels of four lines. */
export function packStrided(
  source: Storage,
  base: number,
  lines: Offsets,
  depths: Offsets,
  first: number,
  count: number,
  k: number,
  depth: number,
  into: Float64Array,
  at: number,
): void {
  let to = at;
  for (let line = 0; line < count; line += TILE) {
    const left = count - line;
    const o0 = base + offsetAt(lines, first + line);
    const o1 = left > 1 ? base + offsetAt(lines, first + line + 1) : -1;
    const o2 = left > 2 ? base + offsetAt(lines, first + line + 2) : -1;
    const o3 = left > 3 ? base + offsetAt(lines, first + line + 3) : -1;
    const { stride, table } = depths;
    if (table === undefined && left > 3) {
      let q = k * stride;
      for (let i = 0; i < depth; i++, q += stride, to += TILE) {
        into[to] = source[o0 + q];
        into[to + 1] = source[o1 + q];
        into[to + 2] = source[o2 + q];
        into[to + 3] = source[o3 + q];
      }
      continue;
    }
    for (let i = 0; i < depth; i++, to += TILE) {
      const q = table === undefined ? (k + i) * stride : table[k + i];
      into[to] = source[o0 + q];
      into[to + 1] = o1 < 0 ? 0 : source[o1 + q];
      into[to + 2] = o2 < 0 ? 0 : source[o2 + q];
      into[to + 3] = o3 < 0 ? 0 : source[o3 + q];
    }
  }
}
