/**
 * The library: ops that are calls. The table is exhaustive, so that no op can be forgotten; what a
 * backend of its own selection leaves out is an error that names the part.
 */
import type { AnyNode, OpName } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import type { Call, CallContext, NodeOf } from './call.ts';
import { cumulative } from './cumulative.ts';
import { dot } from './dot.ts';
import { dynamicUpdateSlice, scatter } from './indexed.ts';
import { concat, pad } from './move.ts';
import { randomBits } from './random.ts';

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

/** Ops that are calls. */
export type LibraryOp = Exclude<OpName, FusedOp>;

/** A library call per op. */
export type Library = {
  readonly [Op in LibraryOp]: (node: NodeOf<Op>, context: CallContext) => Call;
};

/** Calls that every cpu backend has. */
export const BASIC: Pick<
  Library,
  'randomBits' | 'pad' | 'concat' | 'scatter' | 'dynamicUpdateSlice' | 'cumulative' | 'dot'
> = {
  randomBits,
  pad,
  concat,
  scatter,
  dynamicUpdateSlice,
  cumulative,
  dot,
};

/** Makes a library call ready for the shapes of its node. */
export function prepareCall(node: AnyNode, context: CallContext, library: Partial<Library>): Call {
  const prepare = (library as Partial<Record<OpName, unknown>>)[node.op];
  if (prepare === undefined) {
    throw new UnsupportedError(
      `this cpu backend was made without "${node.op}": give cpuWith() the part that has it ` +
        "(convolution, pooling, sorting or control), or use the whole cpu of '@addax/backend-cpu'.",
    );
  }
  // The table pairs each op with its own node type; a union of nodes cannot express that.
  return (prepare as (node: AnyNode, context: CallContext) => Call)(node, context);
}
