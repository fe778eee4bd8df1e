/** The library: ops that are calls. The table is exhaustive, so that no op can be forgotten. */
import type { AnyNode, OpName } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import type { Call, CallContext, NodeOf } from './call.ts';
import { cond, scan, whileLoop } from './control.ts';
import { conv, convGradInput, convGradKernel } from './conv.ts';
import { cumulative } from './cumulative.ts';
import { dot } from './dot.ts';
import { dynamicUpdateSlice, scatter } from './indexed.ts';
import { concat, pad } from './move.ts';
import { pool, poolGrad } from './pool.ts';
import { randomBits } from './random.ts';
import { sort } from './sort.ts';

/** Ops that the planner always puts into loops. */
type FusedOp =
  | 'full'
  | 'iota'
  | 'unary'
  | 'binary'
  | 'compare'
  | 'select'
  | 'cast'
  | 'bitcast'
  | 'stopGradient'
  | 'broadcast'
  | 'reshape'
  | 'transpose'
  | 'slice'
  | 'reverse'
  | 'gather'
  | 'dynamicSlice'
  | 'reduce'
  | 'argReduce'
  | 'call';

type LibraryOp = Exclude<OpName, FusedOp>;

type Library = { readonly [Op in LibraryOp]: (node: NodeOf<Op>, context: CallContext) => Call };

const LIBRARY: Library = {
  randomBits,
  pad,
  concat,
  scatter,
  dynamicUpdateSlice,
  cumulative,
  sort,
  dot,
  conv,
  convGradInput,
  convGradKernel,
  pool,
  poolGrad,
  scan,
  cond,
  while: whileLoop,
};

/** Makes a library call ready for the shapes of its node. */
export function prepareCall(node: AnyNode, context: CallContext): Call {
  const prepare = (LIBRARY as Partial<Record<OpName, unknown>>)[node.op];
  if (prepare === undefined) throw new UnsupportedError(`op "${node.op}" is not a library call`);
  // The table pairs each op with its own node type; a union of nodes cannot express that.
  return (prepare as (node: AnyNode, context: CallContext) => Call)(node, context);
}
