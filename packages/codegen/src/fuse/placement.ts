/**
 * Where each value is computed. Walking from the outputs to the inputs, a pointwise value or index
 * map is placed in the kernel of its own shape ("base"), inside the loops of the one kernel that
 * reads it through an index map or a reduction ("inline"), or both when it is cheap. Values that
 * several places need and that cost something are stored.
 */
import type { AnyNode, Graph } from '@addax/core';
import { CHEAP, ownCost, repeatsOperand, roleOf } from './roles.ts';
import type { MapLimits, Role } from './roles.ts';

/** The decisions, indexed by value; nodes by index. */
export interface Placement {
  /** Producer of each value, −1 for inputs and constants. */
  readonly producer: Int32Array;
  readonly roles: Role[];
  /** The value is a member of a kernel whose loops have its shape. */
  readonly base: Uint8Array;
  /** The value may be computed inside other kernels' loops. */
  readonly inline: Uint8Array;
  /** The value must be in memory. */
  readonly stored: Uint8Array;
  /** Something needs the value. */
  readonly live: Uint8Array;
  /** Cost of computing it from stored values. */
  readonly cost: Float64Array;
  /** Values that are stored whatever they cost, and never computed inside other loops. */
  readonly barred: ReadonlySet<number>;
}

/** What keeps kernels within the bounds of a target. */
export interface PlacementLimits extends MapLimits {
  readonly barred: ReadonlySet<number>;
}

const NONE = -1;
const MANY = -2;

/** Decides for every node of the graph. */
export function place(graph: Graph, limits: PlacementLimits): Placement {
  const { barred } = limits;
  const count = graph.avals.length;
  const producer = new Int32Array(count).fill(-1);
  graph.nodes.forEach((node, i) => node.outputs.forEach((v) => (producer[v] = i)));
  const roles = graph.nodes.map((node) => roleOf(node, graph, limits));
  const placement: Placement = {
    producer,
    roles,
    base: new Uint8Array(count),
    inline: new Uint8Array(count),
    stored: new Uint8Array(count),
    live: new Uint8Array(count),
    cost: costs(graph, roles),
    barred,
  };
  boundDepth(graph, placement);
  for (const value of barred) placement.stored[value] = 1;
  new Placer(graph, placement).run();
  return placement;
}

function costs(graph: Graph, roles: readonly Role[]): Float64Array {
  const cost = new Float64Array(graph.avals.length);
  graph.nodes.forEach((node, i) => {
    if (roles[i] !== 'pointwise' && roles[i] !== 'map') return;
    let sum = ownCost(node);
    for (const input of node.inputs) sum += cost[input];
    cost[node.outputs[0]] = Math.min(sum, 1e6);
  });
  return cost;
}

/** Longest chain of values computed from one another in one loop; deeper ones are stored between. */
const MAX_DEPTH = 96;

function boundDepth(graph: Graph, p: Placement): void {
  const depth = new Int32Array(graph.avals.length);
  graph.nodes.forEach((node, i) => {
    if (p.roles[i] !== 'pointwise' && p.roles[i] !== 'map') return;
    const value = node.outputs[0];
    for (const input of node.inputs) depth[value] = Math.max(depth[value], depth[input] + 1);
    if (depth[value] < MAX_DEPTH) return;
    depth[value] = 0;
    p.stored[value] = 1;
  });
}

class Placer {
  private readonly graph: Graph;
  private readonly p: Placement;
  /** The loops that read a value through a map or reduction: one id, NONE or MANY. */
  private readonly context: Int32Array;
  /** A pointwise consumer computes at the same index in its own kernel. */
  private readonly baseUse: Uint8Array;

  constructor(graph: Graph, placement: Placement) {
    this.graph = graph;
    this.p = placement;
    this.context = new Int32Array(graph.avals.length).fill(NONE);
    this.baseUse = new Uint8Array(graph.avals.length);
  }

  run(): void {
    const { graph, p } = this;
    for (const value of graph.outputs) this.store(value);
    for (let i = graph.nodes.length - 1; i >= 0; i--) {
      const node = graph.nodes[i];
      if (!node.outputs.some((v) => p.live[v] === 1)) continue;
      const role = p.roles[i];
      if (role === 'library') for (const input of node.inputs) this.store(input);
      else this.placeFused(node, role, i);
    }
  }

  private placeFused(node: AnyNode, role: Role, index: number): void {
    const { p, context } = this;
    const value = node.outputs[0];
    if (role === 'alias') {
      this.store(node.inputs[0]);
      return;
    }
    // A reshape that is stored costs nothing as an alias, but its operand must be stored as well.
    if (node.op === 'reshape' && p.stored[value] === 1) {
      p.roles[index] = 'alias';
      this.store(node.inputs[0]);
      return;
    }
    if (role === 'reduce') {
      if (context[value] !== NONE) p.stored[value] = 1;
      p.base[value] = 1;
      this.read(node.inputs[0], 4 * index);
      return;
    }
    const seen = context[value];
    const shared = p.stored[value] === 1 || this.baseUse[value] === 1 || seen === MANY;
    let inlineContext = NONE;
    if (seen !== NONE && !shared) inlineContext = seen;
    else if (seen !== NONE && this.recomputes(node, role)) inlineContext = seen;
    else if (seen !== NONE) p.stored[value] = 1;
    if (inlineContext !== NONE) p.inline[value] = 1;
    if (p.stored[value] === 1 || this.baseUse[value] === 1 || inlineContext === NONE) {
      p.base[value] = 1;
    }
    if (role === 'pointwise') {
      for (const input of node.inputs) {
        if (p.base[value] === 1) this.use(input);
        if (inlineContext !== NONE) this.read(input, inlineContext);
      }
      return;
    }
    node.inputs.forEach((input, operand) => {
      if (p.cost[input] > CHEAP && repeatsOperand(node, operand, this.graph.avals)) {
        this.store(input);
        return;
      }
      if (p.base[value] === 1) this.read(input, 4 * index + 1);
      if (inlineContext === MANY) this.read(input, MANY);
      else if (inlineContext !== NONE) this.read(input, 4 * index + 2);
    });
  }

  /** Whether a value read from several places is computed in each of them. */
  private recomputes(node: AnyNode, role: Role): boolean {
    const [value] = node.outputs;
    if (this.p.cost[value] > CHEAP || this.p.barred.has(value)) return false;
    return role === 'map' || node.inputs.length === 0 || this.p.stored[value] === 0;
  }

  private store(value: number): void {
    this.p.stored[value] = 1;
    this.p.live[value] = 1;
  }

  private use(value: number): void {
    this.p.live[value] = 1;
    this.baseUse[value] = 1;
  }

  private read(value: number, context: number): void {
    this.p.live[value] = 1;
    const seen = this.context[value];
    this.context[value] = seen === NONE || seen === context ? context : MANY;
  }
}
