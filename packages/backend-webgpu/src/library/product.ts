/**
 * `dot`: batch, free and contracted axes may stand anywhere in both operands. Nothing is transposed in
 * memory: the axes become lists of strides, which collapse to one stride wherever they can.
 */
import type { Call, Lowering } from './call.ts';
import { multiply } from './product/multiply.ts';
import { type Side, collapsed, stridesOf } from './product/problem.ts';

/** The sizes of some axes, and their product. */
function extent(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * shape[axis], 1);
}

interface Axes {
  readonly batch: readonly number[];
  readonly free: readonly number[];
  readonly depth: readonly number[];
}

function side(call: Call, i: number, shape: readonly number[], axes: Axes): Side {
  const strides = stridesOf(shape);
  const walk = (list: readonly number[]): Side['free'] =>
    collapsed(
      list.map((axis) => shape[axis]),
      list.map((axis) => strides[axis]),
    );
  const [batch, free, depth] = [walk(axes.batch), walk(axes.free), walk(axes.depth)];
  return { operand: call.input(i), batch, free, depth, base: 0 };
}

/** Launches of a generalised dot product. */
export const dot: Lowering<'dot'> = (node, call) => {
  const { batch, contract } = node.attrs;
  const [a, b] = node.inputs.map((value) => call.avals[value]);
  const [left, right] = [a, b].map(({ shape }, i): Axes => {
    const [batches, depth] = [batch, contract].map((pairs) => pairs.map((pair) => pair[i]));
    const used = new Set([...batches, ...depth]);
    const free = shape.map((_, axis) => axis).filter((axis) => !used.has(axis));
    return { batch: batches, free, depth };
  });
  const [rows, columns] = [extent(a.shape, left.free), extent(b.shape, right.free)];
  const batches = extent(a.shape, left.batch);
  multiply(call, {
    label: 'dot',
    dtype: a.dtype,
    left: side(call, 0, a.shape, left),
    right: side(call, 1, b.shape, right),
    out: {
      operand: call.output(0),
      batch: [{ size: batches, stride: rows * columns }],
      rows: [{ size: rows, stride: columns }],
      column: 1,
      base: 0,
      elements: batches * rows * columns,
    },
    rows,
    columns,
    depth: extent(a.shape, left.depth),
    batches,
    batchesLast: false,
  });
};
