/** Graph → program: fusion, lowering, order and memory, in that order. */
import type { AnyNode, Graph } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import { fuseEpilogues } from './fuse/epilogues.ts';
import { group } from './fuse/groups.ts';
import { unmask } from './fuse/masks.ts';
import { narrow } from './fuse/narrow.ts';
import type { Cuts } from './fuse/narrow.ts';
import { place } from './fuse/placement.ts';
import type { Placement } from './fuse/placement.ts';
import { MAX_INLINE_CONCAT, where } from './fuse/roles.ts';
import { schedule } from './fuse/schedule.ts';
import type { Unit } from './fuse/schedule.ts';
import { stageReductions } from './fuse/stages.ts';
import type { Staged } from './fuse/stages.ts';
import { elements } from './lower/form.ts';
import { lowerGroup } from './lower/lower.ts';
import type { LoweredKernel } from './lower/lower.ts';
import { bindingsOf, donatedPairs } from './plan/bindings.ts';
import type { DonatedPair } from './plan/bindings.ts';
import { planMemory } from './plan/memory.ts';
import { planOutputs } from './plan/outputs.ts';
import type { Program } from './program.ts';
import type { Target } from './target.ts';

type Donations = readonly (readonly [input: number, output: number])[];

/** Plans a graph for a target; `donate` are [input, output] pairs that may share memory. */
export function planProgram(graph: Graph, target: Target, donate: Donations = []): Program {
  const staged = stageReductions(target.wideBooleans === true ? unmask(graph) : graph, target);
  const hopeful = planWith(staged, target, donate, donate);
  const { maxKernelBuffers = Infinity } = target;
  if (widest(hopeful) <= maxKernelBuffers) return hopeful;
  // Some donated input is still read when its output is written, so they are two memories.
  return planWith(staged, target, donate, []);
}

/** Most memories that a kernel of the program binds. */
function widest(program: Program): number {
  const counts = program.steps.map((step) =>
    step.kind === 'kernel' ? bindingsOf(step, program) : 0,
  );
  return Math.max(0, ...counts);
}

function planWith(staged: Staged, target: Target, donate: Donations, sharing: Donations): Program {
  const { graph } = staged;
  const { placement, roots, kernels } = formKernels(staged, target, sharing);
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
  const order = schedule(graph, fuseEpilogues(graph, units, roots, target));
  const outputs = planOutputs(graph, order, roots, donate, target);
  return planMemory(graph, order, roots, outputs, target);
}

interface Formed {
  readonly placement: Placement;
  readonly roots: Int32Array;
  readonly kernels: readonly {
    readonly members: readonly number[];
    readonly lowered: LoweredKernel;
  }[];
}

/** Forms kernels and cuts those that bind too many memories, until all fit. */
function formKernels({ graph, cuts: axes }: Staged, target: Target, donate: Donations): Formed {
  const cuts: Cuts = { breaks: new Set(), barred: new Set() };
  const most = target.maxKernelBuffers ?? Infinity;
  const maxConcat = Math.min(MAX_INLINE_CONCAT, most - 1);
  const scalars = scalarConstants(graph, target);
  for (;;) {
    const placement = place(graph, { maxConcat, cuts: axes, barred: cuts.barred });
    const groups = group(graph, placement, target, cuts.breaks);
    const roots = aliasRoots(graph, placement);
    const input = { graph, placement, groupOf: groups.groupOf, roots, scalars, target };
    const kernels = groups.members.flatMap((members, i) => {
      const lowered = lowerGroup(input, i, members);
      return lowered === undefined ? [] : [{ members, lowered }];
    });
    const pairs = donatedPairs(graph, roots, donate);
    const wide = kernels.filter(({ lowered }) => bindings(lowered, pairs) > most);
    if (wide.length === 0) return { placement, roots, kernels };
    const count = (reads: ReadonlySet<number>, writes: ReadonlySet<number>): number =>
      memories(reads, writes, pairs);
    for (const { members, lowered } of wide) {
      if (narrow({ graph, placement, roots, scalars, count, most }, members, cuts)) continue;
      const node = graph.nodes[members[0]];
      throw new UnsupportedError(
        `op "${node.op}"${where(node)} needs ${bindings(lowered, pairs)} memories at once, but ` +
          `kernels of this device bind at most ${most}`,
      );
    }
  }
}

/** Memories that a kernel binds if donated inputs become its outputs. */
function bindings({ kernel, values }: LoweredKernel, pairs: readonly DonatedPair[]): number {
  const aligned = new Set<number>();
  const writes = new Set<number>();
  kernel.buffers.forEach(({ use, aligned: fits }, i) => {
    if (use === 'write') writes.add(values[i]);
    else if (fits) aligned.add(values[i]);
  });
  const shared = pairs.filter(({ from, to }) => aligned.has(from) && writes.has(to));
  return kernel.buffers.length - shared.length;
}

function memories(
  reads: ReadonlySet<number>,
  writes: ReadonlySet<number>,
  pairs: readonly DonatedPair[],
): number {
  const shared = pairs.filter(({ from, to }) => reads.has(from) && writes.has(to));
  return reads.size + writes.size - shared.length;
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
