/**
 * Matrix product of packed panels: the inner loop of dot and of the convolutions. Operands are
 * packed as float64 in panels of four rows (of A) and four columns (of B); a 4 × 4 tile of float64
 * accumulators lives in registers. Every element of the result adds its products in ascending order
 * of the contracted index, whatever the blocking, so results do not depend on it.
 */

/** Rows of a panel of A, columns of a panel of B. */
export const TILE = 4;
/** Contracted indices per block: a panel stays in the first-level cache. */
const DEPTH_BLOCK = 256;
/** Rows per block of A. */
const ROW_BLOCK = 64;
/** Elements of B packed at once. */
const PACKED_LIMIT = 1 << 20;

/** A product, seen through functions that pack blocks of its operands. */
export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Packs rows [row, row + rows) at contracted indices [k, k + depth), panel by panel. */
  packRows(row: number, rows: number, k: number, depth: number, into: Float64Array): void;
  /** The same for columns, to `into` from `at`. */
  packColumns(
    column: number,
    columns: number,
    k: number,
    depth: number,
    into: Float64Array,
    at: number,
  ): void;
  /** Takes finished tiles: tile (i, j) of the block begins at (i · tilesPerRow + j) · 16. */
  write(
    row: number,
    rows: number,
    column: number,
    columns: number,
    tiles: Float64Array,
    tilesPerRow: number,
  ): void;
}

/** Scratch memory, shared by all products: they never run inside one another. */
let packedRows = new Float64Array(ROW_BLOCK * DEPTH_BLOCK);
let packedColumns = new Float64Array(0);
let tiles = new Float64Array(0);

function panels(size: number): number {
  return Math.ceil(size / TILE);
}

/** Computes a product. */
export function multiply(product: Product): void {
  const { rows, columns, depth } = product;
  if (rows === 0 || columns === 0) return;
  const isDeep = depth > 4 * DEPTH_BLOCK && panels(rows) * panels(columns) * 16 <= 4 * PACKED_LIMIT;
  if (isDeep) multiplyDeep(product);
  else multiplyWide(product);
}

/** Few results from a long contraction: all tiles stay, blocks of the contraction pass by. */
function multiplyDeep(product: Product): void {
  const { rows, columns, depth } = product;
  const across = panels(columns);
  tiles = atLeast(tiles, panels(rows) * across * 16);
  packedColumns = atLeast(packedColumns, across * TILE * DEPTH_BLOCK);
  for (let k = 0; k < depth; k += DEPTH_BLOCK) {
    const span = Math.min(DEPTH_BLOCK, depth - k);
    product.packColumns(0, columns, k, span, packedColumns, 0);
    for (let row = 0; row < rows; row += ROW_BLOCK) {
      const count = Math.min(ROW_BLOCK, rows - row);
      product.packRows(row, count, k, span, packedRows);
      block(panels(count), across, span, 0, (row / TILE) * across * 16, k === 0);
    }
  }
  product.write(0, rows, 0, columns, tiles, across);
}

/** Columns are packed for the whole contraction; blocks of rows pass by. */
function multiplyWide(product: Product): void {
  const { rows, columns, depth } = product;
  const fit = Math.floor(PACKED_LIMIT / Math.max(depth, 1) / TILE) * TILE;
  const columnBlock = Math.min(panels(columns) * TILE, Math.max(fit, 4 * TILE));
  tiles = atLeast(tiles, ROW_BLOCK * columnBlock);
  packedColumns = atLeast(packedColumns, columnBlock * depth);
  for (let column = 0; column < columns; column += columnBlock) {
    const width = Math.min(columnBlock, columns - column);
    const across = panels(width);
    for (let k = 0; k < depth; k += DEPTH_BLOCK) {
      const span = Math.min(DEPTH_BLOCK, depth - k);
      product.packColumns(column, width, k, span, packedColumns, k * across * TILE);
    }
    for (let row = 0; row < rows; row += ROW_BLOCK) {
      const count = Math.min(ROW_BLOCK, rows - row);
      if (depth === 0) tiles.fill(0);
      for (let k = 0; k < depth; k += DEPTH_BLOCK) {
        const span = Math.min(DEPTH_BLOCK, depth - k);
        product.packRows(row, count, k, span, packedRows);
        block(panels(count), across, span, k * across * TILE, 0, k === 0);
      }
      product.write(row, count, column, width, tiles, across);
    }
  }
}

function block(
  down: number,
  across: number,
  depth: number,
  columnsAt: number,
  tilesAt: number,
  isFirst: boolean,
): void {
  const panel = depth * TILE;
  for (let j = 0; j < across; j++) {
    for (let i = 0; i < down; i++) {
      const at = tilesAt + (i * across + j) * 16;
      tile(packedRows, i * panel, packedColumns, columnsAt + j * panel, depth, tiles, at, isFirst);
    }
  }
}

/** One 4 × 4 tile: 16 accumulators over the contraction. */
// prettier-ignore
function tile(
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
  depth: number,
  c: Float64Array,
  at: number,
  isFirst: boolean,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  if (!isFirst) {
    c00 = c[at]; c01 = c[at + 1]; c02 = c[at + 2]; c03 = c[at + 3];
    c10 = c[at + 4]; c11 = c[at + 5]; c12 = c[at + 6]; c13 = c[at + 7];
    c20 = c[at + 8]; c21 = c[at + 9]; c22 = c[at + 10]; c23 = c[at + 11];
    c30 = c[at + 12]; c31 = c[at + 13]; c32 = c[at + 14]; c33 = c[at + 15];
  }
  const end = aAt + depth * TILE;
  for (let p = aAt, q = bAt; p < end; p += TILE, q += TILE) {
    const b0 = b[q], b1 = b[q + 1], b2 = b[q + 2], b3 = b[q + 3];
    const a0 = a[p];
    c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
    const a1 = a[p + 1];
    c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
    const a2 = a[p + 2];
    c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3;
    const a3 = a[p + 3];
    c30 += a3 * b0; c31 += a3 * b1; c32 += a3 * b2; c33 += a3 * b3;
  }
  c[at] = c00; c[at + 1] = c01; c[at + 2] = c02; c[at + 3] = c03;
  c[at + 4] = c10; c[at + 5] = c11; c[at + 6] = c12; c[at + 7] = c13;
  c[at + 8] = c20; c[at + 9] = c21; c[at + 10] = c22; c[at + 11] = c23;
  c[at + 12] = c30; c[at + 13] = c31; c[at + 14] = c32; c[at + 15] = c33;
}

/** The array, or a larger one. */
export function atLeast(
  array: Float64Array<ArrayBuffer>,
  length: number,
): Float64Array<ArrayBuffer> {
  return array.length >= length ? array : new Float64Array(Math.ceil(length * 1.25));
}
