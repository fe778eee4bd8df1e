/**
 * The library: ops that are launches of hand-made kernels. The table is exhaustive, so that no op can
 * be forgotten. Loops and branches are not in it: the executable records their bodies.
 */
import type { AnyNode, OpName } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import type { Call, Lowering } from './call.ts';
import { composite } from './composites.ts';
import { conv, convGradInput, convGradKernel } from './conv.ts';
import { cumulative } from './cumulative.ts';
import { concat, dynamicUpdateSlice, pad } from './move.ts';
import { pool, poolGrad } from './pool.ts';
import { dot } from './product.ts';
import { randomBits } from './random.ts';
import { scatter } from './scatter.ts';
import { sort } from './sort.ts';

/** Ops that are launches of their own; the others are fused, or control flow. */
type LaunchedOp =
  | 'randomBits'
  | 'pad'
  | 'concat'
  | 'scatter'
  | 'dynamicUpdateSlice'
  | 'cumulative'
  | 'sort'
  | 'dot'
  | 'conv'
  | 'convGradInput'
  | 'convGradKernel'
  | 'pool'
  | 'poolGrad'
  | 'call';

/** How an op is lowered. */
interface Entry<Op extends OpName> {
  readonly lower: Lowering<Op>;
  /** Its kernels can hand each element of the first output to a fused kernel. */
  readonly fuses?: boolean;
}

const LIBRARY: { readonly [Op in LaunchedOp]: Entry<Op> } = {
  randomBits: { lower: randomBits },
  pad: { lower: pad },
  concat: { lower: concat },
  scatter: { lower: scatter },
  dynamicUpdateSlice: { lower: dynamicUpdateSlice },
  cumulative: { lower: cumulative },
  sort: { lower: sort },
  dot: { lower: dot, fuses: true },
  conv: { lower: conv, fuses: true },
  convGradInput: { lower: convGradInput, fuses: true },
  convGradKernel: { lower: convGradKernel, fuses: true },
  pool: { lower: pool, fuses: true },
  poolGrad: { lower: poolGrad, fuses: true },
  call: { lower: composite, fuses: true },
};

function entryOf(op: OpName): Entry<OpName> | undefined {
  // The table pairs each op with its own node type; a union of nodes cannot express that.
  return (LIBRARY as Partial<Record<OpName, Entry<OpName>>>)[op];
}

/** Whether the op's kernels can run a fused kernel on each element of the first output. */
export function fuses(op: OpName): boolean {
  return entryOf(op)?.fuses === true;
}

/** Writes the launches of a node. */
export function lowerCall(node: AnyNode, call: Call): void {
  const entry = entryOf(node.op);
  if (entry === undefined) {
    const where = node.source === undefined ? '' : ` (at ${node.source})`;
    throw new UnsupportedError(`the webgpu backend has no kernel for "${node.op}"${where}`);
  }
  (entry.lower as (node: AnyNode, call: Call) => void)(node, call);
}
