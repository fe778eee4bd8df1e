/** Nodes of a loop's body, written once for all steps: every stacked operand has the steps as axis 0. */
import type { AnyNode, Aval, GraphBuilder, OpAttrs, OpName, ValueId } from '@addax/core';

/** An operand outside the loop: one value for all steps, or the values of all steps stacked. */
export interface Outer {
  readonly id: ValueId;
  readonly stacked: boolean;
}

const POINTWISE: ReadonlySet<OpName> = new Set([
  'unary',
  'binary',
  'compare',
  'select',
  'cast',
  'stopGradient',
]);

const MOVING: ReadonlySet<OpName> = new Set([
  'broadcast',
  'reshape',
  'transpose',
  'slice',
  'concat',
  'reverse',
  'reduce',
]);

/** Whether a node can be written for all steps at once, given which operands are stacked. */
export function canVectorize(node: AnyNode, stacked: readonly boolean[]): boolean {
  if (POINTWISE.has(node.op) || MOVING.has(node.op)) return true;
  // The axes of a result begin with those of the left operand.
  return node.op === 'dot' && stacked[0] === true;
}

function next(axes: readonly number[]): number[] {
  return axes.map((axis) => axis + 1);
}

/** A value of every step as one of all steps. */
export function stackedId(builder: GraphBuilder, { id, stacked }: Outer, length: number): ValueId {
  if (stacked) return id;
  const { shape } = builder.aval(id);
  const axes = next(shape.map((_, axis) => axis));
  return builder.add('broadcast', [id], { shape: [length, ...shape], axes })[0]!;
}

/** The attributes of a moving op with the steps as a further first axis. */
function movedAttributes(node: AnyNode, length: number): OpAttrs[OpName] {
  switch (node.op) {
    case 'broadcast': {
      const { shape, axes } = node.attrs;
      return { shape: [length, ...shape], axes: [0, ...next(axes)] };
    }
    case 'reshape':
      return { shape: [length, ...node.attrs.shape] };
    case 'transpose':
      return { permutation: [0, ...next(node.attrs.permutation)] };
    case 'slice': {
      const { start, limit, strides } = node.attrs;
      return { start: [0, ...start], limit: [length, ...limit], strides: [1, ...strides] };
    }
    case 'concat':
      return { axis: node.attrs.axis + 1 };
    case 'reverse':
      return { axes: next(node.attrs.axes) };
    case 'reduce':
      return { fn: node.attrs.fn, axes: next(node.attrs.axes) };
    default:
      return node.attrs;
  }
}

function stackedDot(
  builder: GraphBuilder,
  { batch, contract }: OpAttrs['dot'],
  [a, b]: readonly Outer[],
  source: string | undefined,
): ValueId {
  const both = b!.stacked;
  const moved = (pairs: OpAttrs['dot']['batch']): (readonly [number, number])[] =>
    pairs.map(([left, right]) => [left + 1, both ? right + 1 : right]);
  const attrs = {
    batch: both ? [[0, 0] as const, ...moved(batch)] : moved(batch),
    contract: moved(contract),
  };
  const [product] = builder.add('dot', [a!.id, b!.id], attrs, source);
  if (both || batch.length === 0) return product!;
  // Batch axes come first in a result; the steps go back in front of them.
  const count = batch.length;
  const rank = builder.aval(product!).shape.length;
  const rest = Array.from({ length: rank - count - 1 }, (_, i) => count + 1 + i);
  const permutation = [count, ...Array.from({ length: count }, (_, i) => i), ...rest];
  return builder.add('transpose', [product!], { permutation }, source)[0]!;
}

/** Writes a node for all steps. */
export function vectorized(
  builder: GraphBuilder,
  node: AnyNode,
  operands: readonly Outer[],
  length: number,
  results: readonly Aval[],
): ValueId {
  const { source } = node;
  if (node.op === 'dot') return stackedDot(builder, node.attrs, operands, source);
  const ids = operands.map((operand) => stackedId(builder, operand, length));
  const stacked = results.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype }));
  const attrs = movedAttributes(node, length);
  return builder.addInferred<OpName>(node.op, ids, attrs, stacked, source)[0]!;
}
