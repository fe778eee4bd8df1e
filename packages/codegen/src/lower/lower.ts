/**
 * One group of nodes → one kernel: makes the loops, evaluates the members at the kernel's index,
 * stores what must be in memory, merges loops.
 */
import type { AnyNode } from '@addax/core';
import type { Accumulator, Kernel } from '../kernel.ts';
import { Builder } from './builder.ts';
import type { Context, LowerInput } from './builder.ts';
import { evaluate } from './evaluate.ts';
import { counter, elements, fixed, flatten } from './form.ts';
import { assemble, mergeLoops } from './loops.ts';
import { emitNest, nestLoops, reducedAxes, sweptLoops } from './reductions.ts';
import type { Base, Nest } from './reductions.ts';

/** A kernel and the value behind each of its buffers (−1: scratch). */
export interface LoweredKernel {
  readonly kernel: Kernel;
  readonly values: readonly number[];
}

/** Lowers the members of a group; undefined if none of them has to be stored. */
export function lowerGroup(
  input: LowerInput,
  group: number,
  members: readonly number[],
): LoweredKernel | undefined {
  const nodes = members.map((i) => input.graph.nodes[i]);
  const outputs = nodes.map((node) => node.outputs[0]).filter((v) => input.placement.stored[v]);
  if (outputs.length === 0) return undefined;
  const builder = new Builder(input, group);
  const shape = input.graph.avals[nodes[0].outputs[0]].shape;
  const base = makeBase(builder, shape);
  const nests = makeNests(builder, nodes);
  // Loops of the nests are known now: positions can be written.
  const index = shape.map((_, axis) => {
    const loop = base.loopOfAxis[axis];
    return loop < 0 ? fixed(0, builder.sizes.length) : counter(loop, builder.sizes.length);
  });
  const context: Context = { ...base.context, index };
  builder.setIdentity(index, shape);
  const accumulators = nests.map((nest) => emitNest(builder, nest, { ...base, context }));
  // All reads come before all stores: an output may share the memory of an operand.
  const expressions = outputs.map((value) => evaluate(builder, value, context));
  const { path, blocks } = context.section;
  const at = builder.use(flatten(index, shape, builder.sizes.length));
  const length = elements(shape);
  outputs.forEach((value, i) => {
    const { dtype } = input.graph.avals[value];
    const buffer = builder.addBuffer({ value, use: 'write', dtype, length, aligned: true });
    blocks[path.length].push({ kind: 'store', buffer, index: at, value: expressions[i], dtype });
  });
  return finish(builder, context, nests, accumulators);
}

function makeBase(builder: Builder, shape: readonly number[]): Base {
  const loopOfAxis = shape.map((size) => (size === 1 ? -1 : builder.sizes.push(size) - 1));
  const path = loopOfAxis.filter((loop) => loop >= 0);
  const context: Context = {
    section: {
      path,
      blocks: Array.from({ length: path.length + 1 }, () => []),
      loads: new Map(),
      isBase: true,
    },
    branch: undefined,
    isBase: true,
    index: [],
    known: new Map(),
  };
  return { context, shape, loopOfAxis };
}

type ReduceNode = Nest['nodes'][number];

function isReduce(node: AnyNode): node is ReduceNode {
  return node.op === 'reduce' || node.op === 'argReduce';
}

function makeNests(builder: Builder, nodes: readonly AnyNode[]): Nest[] {
  const { avals } = builder.input.graph;
  const byKey = new Map<string, ReduceNode[]>();
  for (const node of nodes) {
    if (!isReduce(node)) continue;
    const key = `${avals[node.inputs[0]].shape.join()}|${reducedAxes(node).join()}`;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [node]);
    else known.push(node);
  }
  return [...byKey.values()].map((same) => {
    const { shape } = avals[same[0].inputs[0]];
    const axes = reducedAxes(same[0]);
    return { nodes: same, shape, axes, loops: nestLoops(builder, shape, axes) };
  });
}

function finish(
  builder: Builder,
  context: Context,
  nests: readonly Nest[],
  accumulators: readonly (readonly Accumulator[])[],
): LoweredKernel {
  const { target } = builder.input;
  const { path } = context.section;
  const borders = new Set(nests.map((nest) => path.length - sweptLoops(nest, target)));
  const chains: number[][] = [[]];
  path.forEach((loop, depth) => {
    if (borders.has(depth)) chains.push([]);
    chains[chains.length - 1].push(loop);
  });
  for (const nest of nests) chains.push([...nest.loops]);
  const merged = mergeLoops(chains, builder.forms, builder.sizes);
  const body = assemble(context.section, 0, merged, builder.sizes);
  const loops = path.filter((loop) => !merged.has(loop));
  const buffers = builder.buffers.map(({ use, dtype, length, aligned }) => {
    return { use, dtype, length, aligned };
  });
  const reductions = nests.map((nest, i) => {
    const left = nest.loops.filter((loop) => !merged.has(loop));
    return { loops: left, accumulators: accumulators[i] };
  });
  return {
    kernel: {
      buffers,
      loops: builder.sizes.length,
      body,
      flat: nests.length === 0 && loops.length === 1,
      ...(target.rowAccumulators === false && { reductions }),
    },
    values: builder.buffers.map((buffer) => buffer.value),
  };
}
