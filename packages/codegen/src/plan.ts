/** Graph → program: fusion, lowering, order and memory, in that order. */
import type { AnyNode, Graph } from '@addax/core';
import { group } from './fuse/groups.ts';
import type { Cuts } from './fuse/narrow.ts';
import { place } from './fuse/placement.ts';
import type { Placement } from './fuse/placement.ts';
import { MAX_INLINE_CONCAT } from './fuse/roles.ts';
import { schedule } from './fuse/schedule.ts';
import type { Unit } from './fuse/schedule.ts';
import type { Staged } from './fuse/stages.ts';
import { elements } from './lower/form.ts';
import { lowerGroup } from './lower/lower.ts';
import type { LoweredKernel } from './lower/lower.ts';
import { planMemory } from './plan/memory.ts';
import { planOutputs } from './plan/outputs.ts';
import type { Program } from './program.ts';
import type { Target } from './target.ts';

/** [input, output] pairs that may share memory. */
export type Donations = readonly (readonly [input: number, output: number])[];

/** Plans a graph for a target; `donate` are [input, output] pairs that may share memory. */
export function planProgram(graph: Graph, target: Target, donate: Donations = []): Program {
  if (target.passes !== undefined) return target.passes.plan(graph, target, donate);
  const formed = formKernels({ graph, cuts: new Set() }, target);
  return arrange(graph, formed, unitsOf(graph, formed), target, donate);
}

/** Kernels before they have an order. */
export interface Formed {
  readonly placement: Placement;
  readonly roots: Int32Array;
  readonly scalars: ReadonlyMap<number, number>;
  readonly kernels: readonly {
    readonly members: readonly number[];
    readonly lowered: LoweredKernel;
  }[];
}

const UNCUT: Cuts = { breaks: new Set(), barred: new Set() };

/** Forms kernels, apart where `cuts` says so. */
export function formKernels(
  { graph, cuts: axes }: Staged,
  target: Target,
  cuts: Cuts = UNCUT,
): Formed {
  const maxConcat = Math.min(MAX_INLINE_CONCAT, (target.maxKernelBuffers ?? Infinity) - 1);
  const placement = place(graph, {
    maxConcat,
    cuts: axes,
    barred: cuts.barred,
    runsComposite: target.runsComposite,
  });
  const groups = group(graph, placement, target, cuts.breaks);
  const roots = aliasRoots(graph, placement);
  const scalars = scalarConstants(graph, target);
  const input = { graph, placement, groupOf: groups.groupOf, roots, scalars, target };
  const kernels = groups.members.flatMap((members, i) => {
    const lowered = lowerGroup(input, i, members);
    return lowered === undefined ? [] : [{ members, lowered }];
  });
  return { placement, roots, scalars, kernels };
}

/** The launches of a graph: its kernels, and the calls beside them. */
export function unitsOf(graph: Graph, { placement, roots, kernels }: Formed): Unit[] {
  const units: Unit[] = kernels.map(({ members, lowered }) => {
    const { values } = lowered;
    const uses = lowered.kernel.buffers.map((buffer) => buffer.use);
    return {
      kernel: lowered,
      node: undefined,
      reads: values.filter((_, at) => uses[at] === 'read'),
      writes: values.filter((_, at) => uses[at] === 'write'),
      position: members[members.length - 1],
      source: describe(members.map((member) => graph.nodes[member])),
    };
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
  return units;
}

/** Gives launches their order, and values their memory. */
export function arrange(
  graph: Graph,
  { roots }: Formed,
  units: readonly Unit[],
  target: Target,
  donate: Donations,
): Program {
  const order = schedule(graph, units);
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
