/**
 * Planning for devices that bind whole buffers: what kernels do not compute well is rewritten, those
 * that bind too many memories are cut, those that alone read a call's result run inside it. Targets
 * of such devices hand this over, so that programs without a device do not carry it.
 */
import type { Graph } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import { fuseEpilogues } from './fuse/epilogues.ts';
import { unmask } from './fuse/masks.ts';
import { narrow } from './fuse/narrow.ts';
import type { Cuts } from './fuse/narrow.ts';
import { where } from './fuse/roles.ts';
import { stageReductions } from './fuse/stages.ts';
import type { Staged } from './fuse/stages.ts';
import type { LoweredKernel } from './lower/lower.ts';
import { arrange, formKernels, unitsOf } from './plan.ts';
import type { Donations, Formed } from './plan.ts';
import { bindingsOf, donatedPairs } from './plan/bindings.ts';
import type { DonatedPair } from './plan/bindings.ts';
import { BufferArena } from './plan/buffer-arena.ts';
import type { Program } from './program.ts';
import type { Target } from './target.ts';

/** What a {@link Target} of a device has as `passes`. */
export interface DevicePasses {
  readonly plan: (graph: Graph, target: Target, donate: Donations) => Program;
  readonly BufferArena: typeof BufferArena;
}

/** All there is. */
export const devicePasses: DevicePasses = { plan, BufferArena };

function plan(graph: Graph, target: Target, donate: Donations): Program {
  const staged = stageReductions(target.wideBooleans === true ? unmask(graph) : graph, target);
  const hopeful = planWith(staged, target, donate, donate);
  const { maxKernelBuffers = Infinity } = target;
  if (widest(hopeful) <= maxKernelBuffers) return hopeful;
  // Some donated input is still read when its output is written, so they are two memories.
  return planWith(staged, target, donate, []);
}

function planWith(staged: Staged, target: Target, donate: Donations, sharing: Donations): Program {
  const { graph } = staged;
  const formed = formNarrow(staged, target, sharing);
  const units = fuseEpilogues(graph, unitsOf(graph, formed), formed.roots, target);
  return arrange(graph, formed, units, target, donate);
}

/** Most memories that a kernel of the program binds. */
function widest(program: Program): number {
  const counts = program.steps.map((step) =>
    step.kind === 'kernel' ? bindingsOf(step, program) : 0,
  );
  return Math.max(0, ...counts);
}

/** Forms kernels and cuts those that bind too many memories, until all fit. */
function formNarrow(staged: Staged, target: Target, donate: Donations): Formed {
  const { graph } = staged;
  const cuts: Cuts = { breaks: new Set(), barred: new Set() };
  const most = target.maxKernelBuffers ?? Infinity;
  for (;;) {
    const formed = formKernels(staged, target, cuts);
    const { placement, roots, scalars, kernels } = formed;
    const pairs = donatedPairs(graph, roots, donate);
    const wide = kernels.filter(({ lowered }) => bindings(lowered, pairs) > most);
    if (wide.length === 0) return formed;
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
