/**
 * What the fuser may do with each op, and what recomputing it would cost. Exhaustive over the op
 * table: a new primitive does not compile until it is placed here.
 */
import type { AnyNode, Aval, BinaryFn, Graph, OpName, UnaryFn } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import { elements } from '../lower/form.ts';
import type { Target } from '../target.ts';

/**
 * `pointwise` and `map` (an op that only renames indices) are evaluated inside loops, `reduce` is a
 * loop of its own, `alias` shares its operand's memory, `library` is a call.
 */
export type Role = 'pointwise' | 'map' | 'reduce' | 'alias' | 'library';

const ROLES: Readonly<Record<OpName, Role>> = {
  full: 'pointwise',
  iota: 'pointwise',
  unary: 'pointwise',
  binary: 'pointwise',
  compare: 'pointwise',
  select: 'pointwise',
  cast: 'pointwise',
  bitcast: 'pointwise',
  stopGradient: 'pointwise',
  broadcast: 'map',
  reshape: 'alias',
  transpose: 'map',
  slice: 'map',
  pad: 'map',
  concat: 'map',
  reverse: 'map',
  gather: 'map',
  dynamicSlice: 'map',
  reduce: 'reduce',
  argReduce: 'reduce',
  randomBits: 'library',
  scatter: 'library',
  dynamicUpdateSlice: 'library',
  cumulative: 'library',
  sort: 'library',
  dot: 'library',
  conv: 'library',
  convGradInput: 'library',
  convGradKernel: 'library',
  pool: 'library',
  poolGrad: 'library',
  scan: 'library',
  cond: 'library',
  while: 'library',
  call: 'library',
};

/** Concatenations of more operands than this are calls of their own, not chains of branches. */
export const MAX_INLINE_CONCAT = 8;

/** Whether a reshape only adds or drops axes of size 1. */
export function renamesAxes(from: readonly number[], to: readonly number[]): boolean {
  const a = from.filter((size) => size !== 1);
  const b = to.filter((size) => size !== 1);
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** What is an index map for one target and not for another. */
export interface MapLimits {
  /** Operands of a concatenation that is an index map. */
  readonly maxConcat: number;
  /** Reshapes that only cut axes, which are index maps if they stand here. */
  readonly cuts: ReadonlySet<AnyNode>;
  /** See {@link Target.runsComposite}. */
  readonly runsComposite?: Target['runsComposite'];
}

/** The role of a node. */
export function roleOf(node: AnyNode, graph: Graph, limits: MapLimits): Role {
  const { maxConcat, cuts } = limits;
  const role = ROLES[node.op];
  switch (node.op) {
    case 'call':
      if (limits.runsComposite?.(node, graph.avals) === true) return role;
      throw new UnsupportedError(
        `composite "${node.attrs.name}" reached the compiler${where(node)}: this backend does not ` +
          'run it whole, inline its body before compile()',
      );
    case 'reshape':
      if (cuts.has(node)) return 'map';
      return renamesAxes(shapeOf(graph, node.inputs[0]), node.attrs.shape) ? 'map' : 'alias';
    case 'pad':
      return node.attrs.interior.some((size) => size > 0) ? 'library' : 'map';
    case 'concat':
      return node.inputs.length > maxConcat ? 'library' : 'map';
    default:
      return role;
  }
}

/** " (at dense_1/matmul)", if the node says where it comes from. */
export function where(node: AnyNode): string {
  return node.source === undefined ? '' : ` (at ${node.source})`;
}

function shapeOf(graph: Graph, value: number): readonly number[] {
  return graph.avals[value].shape;
}

/** Costs in units of one addition. */
const UNARY_COST: Partial<Record<UnaryFn, number>> = {
  neg: 1,
  abs: 1,
  sign: 1,
  floor: 1,
  ceil: 1,
  round: 2,
  sqrt: 3,
  not: 1,
  isNan: 1,
  isFinite: 1,
};
const BINARY_COST: Partial<Record<BinaryFn, number>> = { div: 3, rem: 6, pow: 12, atan2: 12 };
const TRANSCENDENTAL = 10;

/** Cost of evaluating the node once, without its operands. */
export function ownCost(node: AnyNode): number {
  switch (node.op) {
    case 'unary':
      return UNARY_COST[node.attrs.fn] ?? TRANSCENDENTAL;
    case 'binary':
      return BINARY_COST[node.attrs.fn] ?? 1;
    case 'compare':
    case 'select':
    case 'cast':
    case 'bitcast':
    case 'gather':
    case 'dynamicSlice':
    case 'pad':
      return 1;
    case 'concat':
      return node.inputs.length;
    default:
      return 0;
  }
}

/** Values recomputed in several places may cost this much. */
export const CHEAP = 2;

/**
 * Whether evaluating an operand inside this index map would repeat work in an inner loop: it is
 * read more often than it has elements, and not merely constant along trailing axes.
 */
export function repeatsOperand(node: AnyNode, operand: number, avals: readonly Aval[]): boolean {
  const from = avals[node.inputs[operand]].shape;
  const to = avals[node.outputs[0]].shape;
  if (node.op === 'broadcast') {
    if (elements(from) === elements(to) || elements(from) === 1) return false;
    const last = from.reduce((found, size, i) => (size > 1 ? node.attrs.axes[i] : found), -1);
    const kept = new Set(node.attrs.axes.filter((_, i) => from[i] > 1));
    for (let axis = 0; axis < last; axis++) if (to[axis] > 1 && !kept.has(axis)) return true;
    return false;
  }
  if (node.op === 'gather') {
    if (operand === 0) return true;
    return elements(from) > 1 && to.slice(0, node.attrs.axis).some((size) => size > 1);
  }
  if (node.op === 'dynamicSlice') return operand === 0 && elements(from) < elements(to);
  return false;
}
