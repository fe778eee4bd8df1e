/**
 * Kernels that bind more memories than a device allows are cut: into runs of members that fit, and
 * where a single member reads too much, by storing what was computed inside it. What a kernel would
 * bind is estimated from the graph; the caller forms the kernels again and counts what they bind.
 */
import type { Graph } from '@addax/core';
import type { Placement } from './placement.ts';

/** Cuts, which grow until every kernel fits. */
export interface Cuts {
  /** Nodes that begin a kernel. */
  readonly breaks: Set<number>;
  /** Values that are stored instead of computed inside other loops. */
  readonly barred: Set<number>;
}

/** What narrowing reads of a plan. */
export interface NarrowInput {
  readonly graph: Graph;
  readonly placement: Placement;
  readonly roots: Int32Array;
  readonly scalars: ReadonlyMap<number, number>;
  /** Distinct memories of values that are read and written. */
  count(reads: ReadonlySet<number>, writes: ReadonlySet<number>): number;
  readonly most: number;
}

/** Cuts a kernel of these nodes; false if nothing is left to cut. */
export function narrow(input: NarrowInput, members: readonly number[], cuts: Cuts): boolean {
  const before = cuts.breaks.size + cuts.barred.size;
  let start = 0;
  while (start < members.length) {
    const end = longestRun(input, members, start);
    if (end === start) {
      bar(input, members[start], cuts);
      start++;
    } else {
      start = end;
    }
    if (start < members.length) cuts.breaks.add(members[start]);
  }
  if (cuts.breaks.size + cuts.barred.size > before) return true;
  // The estimate was too low: halve the kernel, or store what its only member computes.
  if (members.length === 1) return bar(input, members[0], cuts);
  cuts.breaks.add(members[members.length >> 1]);
  return cuts.breaks.size + cuts.barred.size > before;
}

/** The end of the longest run of members from `start` on that binds few enough memories. */
function longestRun(input: NarrowInput, members: readonly number[], start: number): number {
  const { graph, placement } = input;
  const group = new Set(members);
  const own = new Set<number>();
  const reads = new Set<number>();
  /** How many members outside the run read each value of the group. */
  const readers = new Map<number, number>();
  for (const member of members) {
    for (const value of new Set(graph.nodes[member].inputs)) {
      if (!group.has(placement.producer[value])) continue;
      readers.set(value, (readers.get(value) ?? 0) + 1);
    }
  }
  let longest = start;
  for (let end = start; end < members.length; end++) {
    const node = graph.nodes[members[end]];
    for (const value of new Set(node.inputs)) {
      const count = readers.get(value);
      if (count !== undefined) readers.set(value, count - 1);
    }
    collect(input, members[end], own, reads);
    own.add(members[end]);
    const writes = new Set<number>();
    for (const member of own) {
      const [value] = graph.nodes[member].outputs;
      if (placement.stored[value] === 1 || (readers.get(value) ?? 0) > 0) writes.add(value);
    }
    if (input.count(reads, writes) <= input.most) longest = end + 1;
  }
  return longest;
}

/** Adds the memories that a member reads beside the values of the members in `own`. */
function collect(
  input: NarrowInput,
  member: number,
  own: ReadonlySet<number>,
  reads: Set<number>,
): void {
  const isBase = input.placement.roles[member] === 'pointwise';
  const seen = new Set<number>();
  for (const value of input.graph.nodes[member].inputs) {
    if (isBase && own.has(input.placement.producer[value])) continue;
    visit(input, value, reads, seen);
  }
}

function visit(input: NarrowInput, value: number, reads: Set<number>, seen: Set<number>): void {
  if (seen.has(value) || input.scalars.has(value)) return;
  seen.add(value);
  if (!isInlined(input, value)) {
    reads.add(input.roots[value]);
    return;
  }
  const { graph, placement } = input;
  for (const operand of graph.nodes[placement.producer[value]].inputs) {
    visit(input, operand, reads, seen);
  }
}

function isInlined({ placement, scalars }: NarrowInput, value: number): boolean {
  const producer = placement.producer[value];
  if (producer < 0 || scalars.has(value) || placement.inline[value] === 0) return false;
  return placement.roles[producer] === 'pointwise' || placement.roles[producer] === 'map';
}

/** Stores the operand of a member that reads most memories; whether there is one to store. */
function bar(input: NarrowInput, member: number, cuts: Cuts): boolean {
  let best = -1;
  let most = 1;
  for (const value of input.graph.nodes[member].inputs) {
    if (!isInlined(input, value) || cuts.barred.has(value)) continue;
    const reads = new Set<number>();
    visit(input, value, reads, new Set());
    if (reads.size > most) {
      best = value;
      most = reads.size;
    }
  }
  if (best >= 0) cuts.barred.add(best);
  return best >= 0;
}
