/**
 * Which nodes share a kernel. Every node gets a level: one more than the latest stored value it
 * reads. Nodes of one level and shape that feed one another form a kernel; since any path that
 * leaves a kernel passes a store and so a higher level, kernels never wait for each other in a
 * circle, and no reachability search is needed: planning stays linear in nodes.
 */
import type { AnyNode, Graph } from '@addax/core';
import type { Target } from '../target.ts';
import type { Placement } from './placement.ts';
import { CHEAP } from './roles.ts';

/** The members of each kernel, as node indices in topological order. */
export interface Groups {
  readonly members: readonly (readonly number[])[];
  /** Group of each node, −1 for nodes outside kernels. */
  readonly groupOf: Int32Array;
}

/**
 * Forms kernels; marks in `placement.stored` what crosses between them. Each node of `breaks` begins
 * a kernel of its own with what follows it.
 */
export function group(
  graph: Graph,
  placement: Placement,
  target: Target,
  breaks: ReadonlySet<number>,
): Groups {
  const levels = levelsOf(graph, placement);
  delay(graph, placement, levels);
  const sets = new DisjointSets(graph.nodes.length);
  joinNeighbours(graph, placement, levels, sets);
  joinReductions(graph, placement, levels, sets);
  const groups = cut(graph, placement, sets, target.maxKernelNodes, breaks);
  storeCrossings(graph, placement, groups.groupOf);
  return groups;
}

/** Whether node i is a member of a kernel (not only inlined, aliased or called). */
function isMember(node: AnyNode, i: number, p: Placement): boolean {
  const role = p.roles[i];
  if (role === 'library' || role === 'alias') return false;
  return p.live[node.outputs[0]] === 1 && p.base[node.outputs[0]] === 1;
}

function levelsOf(graph: Graph, p: Placement): Int32Array {
  const level = new Int32Array(graph.avals.length).fill(-1);
  const inlineLevel = new Int32Array(graph.avals.length);
  graph.nodes.forEach((node, i) => {
    const role = p.roles[i];
    let base = 0;
    let inline = 0;
    for (const input of node.inputs) {
      const stored = level[input] + 1;
      const inlined = p.inline[input] === 1 ? inlineLevel[input] : stored;
      inline = Math.max(inline, inlined);
      if (role === 'alias') base = Math.max(base, level[input]);
      else if (role === 'library') base = Math.max(base, stored);
      else if (role !== 'pointwise') base = Math.max(base, inlined);
      else base = Math.max(base, p.base[input] === 1 ? level[input] : stored);
    }
    for (const value of node.outputs) {
      level[value] = base;
      inlineLevel[value] = inline;
    }
  });
  return level;
}

/**
 * Moves values to the level of their readers, if all of these compute at the same index and stand on
 * one level: an optimizer's moments are computed where the weight is that they change, in one pass.
 */
function delay(graph: Graph, p: Placement, level: Int32Array): void {
  const low = new Int32Array(graph.avals.length).fill(0x7fffffff);
  const high = new Int32Array(graph.avals.length).fill(-1);
  /** Values that something reads from memory. */
  const fetched = new Uint8Array(graph.avals.length);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    const value = node.outputs[0];
    const isPlain = p.roles[i] === 'pointwise' && p.inline[value] === 0;
    if (!isPlain) for (const input of node.inputs) fetched[input] = 1;
    if (!isMember(node, i, p)) continue;
    const isHere = p.stored[value] === 0 || (fetched[value] === 0 && !p.barred.has(value));
    const movable = isHere && p.roles[i] !== 'reduce';
    if (movable && high[value] > level[value] && low[value] === high[value]) {
      level[value] = high[value];
    }
    if (p.roles[i] !== 'pointwise') continue;
    for (const input of node.inputs) {
      low[input] = Math.min(low[input], level[value]);
      high[input] = Math.max(high[input], level[value]);
    }
  }
}

function joinNeighbours(graph: Graph, p: Placement, level: Int32Array, sets: DisjointSets): void {
  graph.nodes.forEach((node, i) => {
    if (p.roles[i] !== 'pointwise' || !isMember(node, i, p)) return;
    for (const input of node.inputs) {
      if (p.producer[input] < 0 || p.base[input] === 0) continue;
      if (level[input] === level[node.outputs[0]]) sets.join(i, p.producer[input]);
    }
  });
}

/** Reductions of one shape over the same axes that read a common value share their loop. */
function joinReductions(graph: Graph, p: Placement, level: Int32Array, sets: DisjointSets): void {
  const first = new Map<string, number>();
  graph.nodes.forEach((node, i) => {
    if (node.op !== 'reduce' || !isMember(node, i, p)) return;
    const shape = graph.avals[node.inputs[0]].shape.join();
    for (const leaf of leaves(graph, p, node.inputs[0], shape)) {
      const key = `${level[node.outputs[0]]}|${leaf}|${node.attrs.axes.join()}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, i);
      else sets.join(i, other);
    }
  });
}

/** Stored values of this shape that are read at the same index; looks at a few nodes only. */
function leaves(graph: Graph, p: Placement, root: number, shape: string): number[] {
  const found: number[] = [];
  const pending = [root];
  for (let steps = 0; pending.length > 0 && steps < 24; steps++) {
    const value = pending.pop()!;
    const producer = p.producer[value];
    if (producer < 0 || p.inline[value] === 0) {
      if (graph.avals[value].shape.join() === shape) found.push(value);
    } else if (p.roles[producer] === 'pointwise') {
      pending.push(...graph.nodes[producer].inputs);
    }
  }
  return found;
}

/** Lists the sets in topological order, cutting those that have grown too large to compile well. */
function cut(
  graph: Graph,
  p: Placement,
  sets: DisjointSets,
  maxNodes: number,
  breaks: ReadonlySet<number>,
): Groups {
  const weight = weights(graph, p);
  const groupOf = new Int32Array(graph.nodes.length).fill(-1);
  const members: number[][] = [];
  const open = new Map<number, { group: number; weight: number }>();
  graph.nodes.forEach((node, i) => {
    if (!isMember(node, i, p)) return;
    const root = sets.find(i);
    const nodeWeight = weight[node.outputs[0]];
    let current = open.get(root);
    const isFull = current !== undefined && current.weight + nodeWeight > maxNodes;
    if (current === undefined || isFull || breaks.has(i)) {
      current = { group: members.length, weight: 0 };
      open.set(root, current);
      members.push([]);
    }
    current.weight += nodeWeight;
    members[current.group].push(i);
    groupOf[i] = current.group;
  });
  return { members, groupOf };
}

/** Nodes evaluated for a member: itself and what is inlined into it. */
function weights(graph: Graph, p: Placement): Float64Array {
  const weight = new Float64Array(graph.avals.length);
  graph.nodes.forEach((node, i) => {
    if (p.roles[i] === 'library' || p.roles[i] === 'alias') return;
    let sum = 1;
    for (const input of node.inputs) if (p.inline[input] === 1) sum += weight[input];
    weight[node.outputs[0]] = Math.min(sum, 1e6);
  });
  return weight;
}

function storeCrossings(graph: Graph, p: Placement, groupOf: Int32Array): void {
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    if (p.roles[i] !== 'pointwise' || groupOf[i] < 0) continue;
    for (const input of node.inputs) {
      const producer = p.producer[input];
      if (producer < 0 || p.base[input] === 0 || groupOf[producer] === groupOf[i]) continue;
      if (recomputed(graph, p, input)) p.inline[input] = 1;
      else p.stored[input] = 1;
    }
  }
}

/** Constants and plain index maps are evaluated again in each kernel rather than stored. */
function recomputed(graph: Graph, p: Placement, value: number): boolean {
  const producer = p.producer[value];
  const node = graph.nodes[producer];
  if (p.stored[value] === 1 || p.cost[value] > CHEAP || p.barred.has(value)) return false;
  if (node.inputs.length === 0) return true;
  return p.roles[producer] === 'map' && node.inputs.every((input) => readable(p, input));
}

/** Whether a value can be read inside any kernel. */
function readable(p: Placement, value: number): boolean {
  const producer = p.producer[value];
  if (producer < 0 || p.roles[producer] === 'library' || p.roles[producer] === 'alias') return true;
  return p.inline[value] === 1 || p.stored[value] === 1;
}

class DisjointSets {
  private readonly parent: Int32Array;

  constructor(size: number) {
    this.parent = new Int32Array(size).map((_, i) => i);
  }

  find(i: number): number {
    let root = i;
    while (this.parent[root] !== root) root = this.parent[root];
    while (this.parent[i] !== root) [i, this.parent[i]] = [this.parent[i], root];
    return root;
  }

  join(a: number, b: number): void {
    this.parent[this.find(a)] = this.find(b);
  }
}
