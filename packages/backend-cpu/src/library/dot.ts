/**
 * Generalised dot product. Batch, free and contracted axes may stand anywhere in both operands: they
 * become offsets, and packing reads through them. Thin products (a row or column of three or fewer)
 * and small ones skip packing; they add in the same order, so the bits are the same.
 */
import { isFloat } from '@addax/core';
import type { Storage } from '../storage.ts';
import { onNumbers, stridesOf } from './call.ts';
import type { Call, CallContext, NodeOf } from './call.ts';
import { multiply } from './gemm.ts';
import { offsetAt, offsets, packStrided } from './strided.ts';
import type { Offsets } from './strided.ts';

/** Fewer rows or columns than this are not worth packing. */
const THIN = 4;
/** Products of fewer multiplications are not worth packing. */
const SMALL = 2048;

/** Offsets of one operand. */
export interface Side {
  readonly batch: Offsets;
  readonly free: Offsets;
  readonly contract: Offsets;
}

function side(
  shape: readonly number[],
  batch: readonly number[],
  contract: readonly number[],
): Side {
  const strides = stridesOf(shape);
  const over = (axes: readonly number[]): Offsets =>
    offsets(
      axes.map((axis) => shape[axis]),
      axes.map((axis) => strides[axis]),
    );
  const used = new Set([...batch, ...contract]);
  const free = shape.map((_, axis) => axis).filter((axis) => !used.has(axis));
  return { batch: over(batch), free: over(free), contract: over(contract) };
}

/** The operands of a node, by their axes. */
export function dotSides(
  { attrs: { batch, contract } }: NodeOf<'dot'>,
  a: readonly number[],
  b: readonly number[],
): [left: Side, right: Side] {
  const left = side(
    a,
    batch.map(([i]) => i),
    contract.map(([i]) => i),
  );
  const right = side(
    b,
    batch.map(([, i]) => i),
    contract.map(([, i]) => i),
  );
  return [left, right];
}

/** Prepares `dot`. */
export function dot(node: NodeOf<'dot'>, { avals }: CallContext): Call {
  const [a, b] = node.inputs.map((value) => avals[value]);
  const [left, right] = dotSides(node, a.shape, b.shape);
  if (!isFloat(a.dtype)) return integerDot(left, right, a.dtype === 'bool');
  const rows = left.free.size;
  const columns = right.free.size;
  const isThin = Math.min(rows, columns) < THIN || rows * columns * left.contract.size <= SMALL;
  const size = rows * columns;
  return onNumbers([a, b], a.dtype, ([x, y], [out]) => {
    for (let i = 0; i < left.batch.size; i++) {
      const xAt = offsetAt(left.batch, i);
      const yAt = offsetAt(right.batch, i);
      if (!isThin) tiled(x, xAt, left, y, yAt, right, out, i * size);
      else if (columns < THIN) thin(y, yAt, right, x, xAt, left, out, i * size, 1, columns);
      else thin(x, xAt, left, y, yAt, right, out, i * size, columns, 1);
    }
  });
}

function tiled(
  x: Storage,
  xAt: number,
  left: Side,
  y: Storage,
  yAt: number,
  right: Side,
  out: Storage,
  outAt: number,
): void {
  const width = right.free.size;
  multiply({
    rows: left.free.size,
    columns: width,
    depth: left.contract.size,
    packRows(row, rows, k, depth, into, at) {
      packStrided(x, xAt, left.free, left.contract, row, rows, k, depth, into, at);
    },
    packColumns(column, columns, k, depth, into, at) {
      packStrided(y, yAt, right.free, right.contract, column, columns, k, depth, into, at);
    },
    write(row, rows, column, columns, results, stride) {
      for (let r = 0; r < rows; r++) {
        const to = outAt + (row + r) * width + column;
        for (let c = 0; c < columns; c++) out[to + c] = results[r * stride + c];
      }
    },
  });
}

let sums = new Float64Array(0);

/** Few rows against many columns: sweeps the matrix in the direction its memory runs. */
function thin(
  x: Storage,
  xAt: number,
  rows: Side,
  y: Storage,
  yAt: number,
  columns: Side,
  out: Storage,
  outAt: number,
  rowStep: number,
  columnStep: number,
): void {
  const width = columns.free.size;
  const depth = columns.contract.size;
  const isSwept = columns.free.table === undefined && columns.free.stride === 1 && width > 1;
  if (isSwept && sums.length < width) sums = new Float64Array(width);
  for (let row = 0; row < rows.free.size; row++) {
    const from = xAt + offsetAt(rows.free, row);
    const to = outAt + row * rowStep;
    if (isSwept) {
      sums.fill(0, 0, width);
      for (let k = 0; k < depth; k++) {
        const factor = x[from + offsetAt(rows.contract, k)];
        const line = yAt + offsetAt(columns.contract, k);
        for (let c = 0; c < width; c++) sums[c] += factor * y[line + c];
      }
      for (let c = 0; c < width; c++) out[to + c * columnStep] = sums[c];
      continue;
    }
    for (let c = 0; c < width; c++) {
      const column = yAt + offsetAt(columns.free, c);
      out[to + c * columnStep] = line(x, from, rows.contract, y, column, columns.contract, depth);
    }
  }
}

function line(
  x: Storage,
  xAt: number,
  xs: Offsets,
  y: Storage,
  yAt: number,
  ys: Offsets,
  depth: number,
): number {
  let sum = 0;
  if (xs.table === undefined && ys.table === undefined) {
    const { stride: dx } = xs;
    const { stride: dy } = ys;
    for (let k = 0, p = xAt, q = yAt; k < depth; k++, p += dx, q += dy) sum += x[p] * y[q];
    return sum;
  }
  for (let k = 0; k < depth; k++) sum += x[xAt + offsetAt(xs, k)] * y[yAt + offsetAt(ys, k)];
  return sum;
}

/** Integers wrap at 32 bits, and at their own width when stored; bool asks whether any pair holds. */
function integerDot(left: Side, right: Side, isBool: boolean): Call {
  return ([x, y], [out]) => {
    let to = 0;
    for (let i = 0; i < left.batch.size; i++) {
      for (let row = 0; row < left.free.size; row++) {
        const xAt = offsetAt(left.batch, i) + offsetAt(left.free, row);
        for (let column = 0; column < right.free.size; column++) {
          const yAt = offsetAt(right.batch, i) + offsetAt(right.free, column);
          let sum = 0;
          for (let k = 0; k < left.contract.size; k++) {
            const product = Math.imul(
              x[xAt + offsetAt(left.contract, k)],
              y[yAt + offsetAt(right.contract, k)],
            );
            sum = isBool ? sum | product : (sum + product) | 0;
          }
          out[to++] = sum;
        }
      }
    }
  };
}
