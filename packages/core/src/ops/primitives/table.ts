/** The op table: every primitive there is, by name. The type refuses a table with a hole. */
import type { Aval, OpAttrs, OpName } from '../../graph/types.ts';
import { call } from './call.ts';
import { dot } from './contraction.ts';
import { cond, scan, whileLoop } from './control.ts';
import { conv, convGradInput, convGradKernel } from './convolution.ts';
import { full, iota, randomBits } from './creation.ts';
import { dynamicSlice, dynamicUpdateSlice, gather, scatter } from './indexing.ts';
import { binary, bitcast, cast, compare, select, stopGradient, unary } from './pointwise.ts';
import { pool, poolGrad } from './pooling.ts';
import type { Primitive } from './primitive.ts';
import { argReduce, cumulative, reduce } from './reduction.ts';
import { broadcast, concat, pad, reshape, reverse, slice, transpose } from './shape.ts';
import { sort } from './sorting.ts';

/** Every primitive by name. */
export const PRIMITIVES: { readonly [Op in OpName]: Primitive<Op> } = {
  full,
  iota,
  randomBits,
  unary,
  binary,
  compare,
  select,
  cast,
  bitcast,
  stopGradient,
  broadcast,
  reshape,
  transpose,
  slice,
  pad,
  concat,
  reverse,
  gather,
  scatter,
  dynamicSlice,
  dynamicUpdateSlice,
  reduce,
  argReduce,
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
  call,
};

/** Names of all primitives. */
export const OP_NAMES: readonly OpName[] = Object.keys(PRIMITIVES) as OpName[];

/** Result avals of an op, or an error that names it and the shapes. */
export function inferShapes<Op extends OpName>(
  op: Op,
  inputs: readonly Aval[],
  attrs: OpAttrs[Op],
): readonly Aval[] {
  return PRIMITIVES[op].shape(inputs, attrs);
}
