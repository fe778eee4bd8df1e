/** Graph → program: fusion, lowering, order and memory, in that order. */
import type { AnyNode, Graph } from '@addax/core';
import { fuseEpilogues } from './fuse/epilogues.ts';
import { group } from './fuse/groups.ts';
import { place } from './fuse/placement.ts';
import type { Placement } from './fuse/placement.ts';
import { schedule } from './fuse/schedule.ts';
import type { Unit } from './fuse/schedule.ts';
import { elements } from './lower/form.ts';
import { lowerGroup } from './lower/lower.ts';
import { planMemory } from './plan/memory.ts';
import { planOutputs } from './plan/outputs.ts';
import type { Program } from './program.ts';
import type { Target } from './target.ts';

/** Plans a graph for a target; `donate` are [input, output] pairs that may share memory. */
export function planProgram(
  graph: Graph,
  target: Target,
  donate: readonly (readonly [input: number, output: number])[] = [],
): Program {
  const placement = place(graph);
  const groups = group(graph, placement, target);
  const roots = aliasRoots(graph, placement);
  const scalars = scalarConstants(graph, target);
  const input = { graph, placement, groupOf: groups.groupOf, roots, scalars, target };
  const units: Unit[] = [];
  groups.members.forEach((members, i) => {
    const kernel = lowerGroup(input, i, members);
    if (kernel === undefined) return;
    const { values } = kernel;
    const uses = kernel.kernel.buffers.map((buffer) => buffer.use);
    units.push({
      kernel,
      node: undefined,
      reads: values.filter((_, at) => uses[at] === 'read'),
      writes: values.filter((_, at) => uses[at] === 'write'),
      position: members[members.length - 1],
      source: describe(members.map((member) => graph.nodes[member])),
    });
  });
  graph.nodes.forEach((node, i) => {
    if (placement.roles[i] !== 'library') return;
    if (!node.outputs.some((value) => placement.live[value] === 1)) return;
    units.push({
      kernel: undefined,
      node,
      reads: node.inputs.map((value) => roots[value]),
      writes: node.outputs,
      position: i,
      source: describe([node]),
    });
  });
  const order = schedule(graph, fuseEpilogues(graph, units, roots, target));
  const outputs = planOutputs(graph, order, roots, donate, target);
  return planMemory(graph, order, roots, outputs, target);
}

function describe(nodes: readonly AnyNode[]): string[] {
  return nodes.map((node) => {
    const name = 'attrs' in node && 'fn' in node.attrs ? `${node.op}.${node.attrs.fn}` : node.op;
    return node.source === undefined ? name : `${name} (${node.source})`;
  });
}

/** The value whose memory each value lives in. */
function aliasRoots(graph: Graph, placement: Placement): Int32Array {
  const roots = new Int32Array(graph.avals.length).map((_, i) => i);
  graph.nodes.forEach((node, i) => {
    if (placement.roles[i] === 'alias') roots[node.outputs[0]] = roots[node.inputs[0]];
  });
  return roots;
}

/** One-element constants, which kernels take as literals. */
function scalarConstants(graph: Graph, target: Target): Map<number, number> {
  const scalars = new Map<number, number>();
  for (const [value, data] of graph.constants) {
    const { shape, dtype } = graph.avals[value];
    if (elements(shape) === 1) scalars.set(value, target.decode(data, dtype, 0));
  }
  return scalars;
}
