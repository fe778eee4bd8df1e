/**
 * Matrix product of packed lines: the inner loop of dot and of the convolutions. Rows of A and
 * columns of B are packed as float64 along the contracted index; a 3 × 2 tile of float64
 * accumulators passes over them. Every element of the result adds its products in ascending order
 * of the contracted index, whatever the blocking, so results do not depend on it.
 *
 * The shape of the loop is measured, not guessed. Six accumulators and their products fit the
 * registers that an engine hands out; more spill to memory and run at half the speed. Lines are
 * dealt to lanes like cards: each lane is an array of its own, held in a constant of this module, so
 * that one index and one bounds check serve all rows of a tile, and another all its columns.
 */

/** Rows and columns of a tile: the lanes of A and of B. */
const TILE_ROWS = 3;
const TILE_COLUMNS = 2;
/** Most contracted indices per block: the lines of a tile stay in the first-level cache. */
const DEPTH_BLOCK = 320;
/** Rows per block of A, which stays in the second-level cache. */
const ROW_BLOCK = 21 * TILE_ROWS;
/** Elements of a lane of B. */
const COLUMN_LANE = 1 << 18;
/** Up to this depth, columns are packed for the whole contraction. */
const WIDE_DEPTH = 1024;
/** Results of a deeper contraction that are held at once. */
const DEEP_ROWS = 16 * ROW_BLOCK;
const DEEP_COLUMNS = 1024;

/** Packed lines: line i lies in lane i mod lanes, behind the lines packed there before. */
export type Lanes = readonly Float64Array[];

/** A product, seen through functions that pack blocks of its operands. */
export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Packs rows [row, row + rows) at contracted indices [k, k + depth) to `into` from `at`. */
  packRows(row: number, rows: number, k: number, depth: number, into: Lanes, at: number): void;
  /** The same for columns. */
  packColumns(
    column: number,
    columns: number,
    k: number,
    depth: number,
    into: Lanes,
    at: number,
  ): void;
  /** Takes a finished block: its element (i, j) is results[i · stride + j]. */
  write(
    row: number,
    rows: number,
    column: number,
    columns: number,
    results: Float64Array,
    stride: number,
  ): void;
}

/** Scratch memory, shared by all products: they never run inside one another. */
const rows0 = new Float64Array((ROW_BLOCK / TILE_ROWS) * DEPTH_BLOCK);
const rows1 = new Float64Array(rows0.length);
const rows2 = new Float64Array(rows0.length);
const columns0 = new Float64Array(COLUMN_LANE);
const columns1 = new Float64Array(COLUMN_LANE);
const rowLanes: Lanes = [rows0, rows1, rows2];
const columnLanes: Lanes = [columns0, columns1];
let results = new Float64Array(0);

/** Computes a product. */
export function multiply(product: Product): void {
  const { rows, columns, depth } = product;
  if (rows === 0 || columns === 0) return;
  if (depth <= WIDE_DEPTH) {
    multiplyWide(product);
    return;
  }
  for (let row = 0; row < rows; row += DEEP_ROWS) {
    for (let column = 0; column < columns; column += DEEP_COLUMNS) {
      const height = Math.min(DEEP_ROWS, rows - row);
      const width = Math.min(DEEP_COLUMNS, columns - column);
      multiplyDeep(product, row, height, column, width);
    }
  }
}

/** Contracted indices per block: blocks are even, since a short one costs almost as much as a long. */
function depthBlock(depth: number): number {
  return Math.ceil(depth / Math.ceil(depth / DEPTH_BLOCK));
}

/** Columns are packed for the whole contraction; blocks of rows pass by. */
function multiplyWide(product: Product): void {
  const { rows, columns, depth } = product;
  const fit = Math.floor(COLUMN_LANE / Math.max(depth, 1)) * TILE_COLUMNS;
  const columnBlock = Math.min(columns, fit);
  const step = depthBlock(depth);
  for (let column = 0; column < columns; column += columnBlock) {
    const width = Math.min(columnBlock, columns - column);
    const across = Math.ceil(width / TILE_COLUMNS);
    const stride = across * TILE_COLUMNS;
    results = atLeast(results, ROW_BLOCK * stride);
    for (let k = 0; k < depth; k += step) {
      const span = Math.min(step, depth - k);
      product.packColumns(column, width, k, span, columnLanes, k * across);
    }
    for (let row = 0; row < rows; row += ROW_BLOCK) {
      const count = Math.min(ROW_BLOCK, rows - row);
      results.fill(0, 0, ROW_BLOCK * stride);
      for (let k = 0; k < depth; k += step) {
        const span = Math.min(step, depth - k);
        product.packRows(row, count, k, span, rowLanes, 0);
        block(count, across, span, k * across, 0);
      }
      product.write(row, count, column, width, results, stride);
    }
  }
}

/** Few results from a long contraction: all of them stay, blocks of the contraction pass by. */
function multiplyDeep(
  product: Product,
  top: number,
  rows: number,
  column: number,
  columns: number,
): void {
  const { depth } = product;
  const step = depthBlock(depth);
  const across = Math.ceil(columns / TILE_COLUMNS);
  const stride = across * TILE_COLUMNS;
  const size = Math.ceil(rows / TILE_ROWS) * TILE_ROWS * stride;
  results = atLeast(results, size).fill(0, 0, size);
  for (let k = 0; k < depth; k += step) {
    const span = Math.min(step, depth - k);
    product.packColumns(column, columns, k, span, columnLanes, 0);
    for (let row = 0; row < rows; row += ROW_BLOCK) {
      const count = Math.min(ROW_BLOCK, rows - row);
      product.packRows(top + row, count, k, span, rowLanes, 0);
      block(count, across, span, 0, row * stride);
    }
  }
  product.write(top, rows, column, columns, results, stride);
}

/** All tiles of a block of rows. Lines that fill up the last tile are whatever was there before. */
function block(
  rows: number,
  across: number,
  depth: number,
  columnsAt: number,
  resultsAt: number,
): void {
  const down = Math.ceil(rows / TILE_ROWS);
  const stride = across * TILE_COLUMNS;
  for (let j = 0; j < across; j++) {
    for (let i = 0; i < down; i++) {
      const at = resultsAt + i * TILE_ROWS * stride + j * TILE_COLUMNS;
      tile(i * depth, columnsAt + j * depth, depth, results, at, stride);
    }
  }
}

/** Adds to one tile: six accumulators over a block of the contraction. */
function tile(
  rowsAt: number,
  columnsAt: number,
  depth: number,
  c: Float64Array,
  at: number,
  stride: number,
): void {
  const next = at + stride;
  const last = next + stride;
  let c00 = c[at];
  let c01 = c[at + 1];
  let c10 = c[next];
  let c11 = c[next + 1];
  let c20 = c[last];
  let c21 = c[last + 1];
  for (let k = 0; k < depth; k++) {
    // The conversions to 32 bits spare checks for overflow.
    const p = (rowsAt + k) | 0;
    const q = (columnsAt + k) | 0;
    const b0 = columns0[q];
    const b1 = columns1[q];
    const a0 = rows0[p];
    c00 += a0 * b0;
    c01 += a0 * b1;
    const a1 = rows1[p];
    c10 += a1 * b0;
    c11 += a1 * b1;
    const a2 = rows2[p];
    c20 += a2 * b0;
    c21 += a2 * b1;
  }
  c[at] = c00;
  c[at + 1] = c01;
  c[next] = c10;
  c[next + 1] = c11;
  c[last] = c20;
  c[last + 1] = c21;
}

function atLeast(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return array.length >= length ? array : new Float64Array(Math.ceil(length * 1.25));
}
