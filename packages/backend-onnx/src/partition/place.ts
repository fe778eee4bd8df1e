/**
 * Where each node of a graph runs. The rule, in this order:
 *
 * 1. What the runtime cannot do runs on the host (`fallback`).
 * 2. Random numbers, and what depends on nothing but them and small state, run on the host before
 *    everything else (`hoisted`): dropout masks, keys, shuffles. In the runtime they would cost more
 *    than the model.
 * 3. Pointwise nodes that lead to nothing but new state run on the host after everything else
 *    (`update`): optimizers, metrics, moving averages. They run in place, so that state is never copied.
 * 4. Values that cost nothing to make (`free`: constants of one number, indices) are made wherever they
 *    are needed.
 * 5. Everything else runs in the runtime (`session`).
 */
import type { AnyNode, Graph, OpName, ValueId } from '@addax/core';
import { isInteger, sizeOf } from '@addax/core';
import { WIDTHS } from '../widths.ts';

/** Where a node runs, and why. */
export type Place = 'session' | 'hoisted' | 'update' | 'fallback' | 'free';

/** What placing needs to know beside the graph. */
export interface PlaceOptions {
  readonly donate: readonly (readonly [input: number, output: number])[];
  /** Whether the runtime cannot run this node. */
  readonly unsupported: (node: AnyNode, graph: Graph) => boolean;
}

/** Elements of an input that random numbers may depend on: keys, counters, rates. */
const SMALL_STATE = 64;

const POINTWISE: ReadonlySet<OpName> = new Set<OpName>([
  'unary',
  'binary',
  'compare',
  'select',
  'cast',
  'bitcast',
  'stopGradient',
  'broadcast',
  'reshape',
]);

/** What may follow random numbers to the host: nothing that is better off in the runtime. */
const MOVING: ReadonlySet<OpName> = new Set<OpName>([
  ...POINTWISE,
  'full',
  'iota',
  'randomBits',
  'transpose',
  'slice',
  'pad',
  'concat',
  'reverse',
  'gather',
  'dynamicSlice',
  'reduce',
  'argReduce',
  'cumulative',
  'sort',
]);

/** Makes its result from nothing or from one number. */
const EXPANDING: ReadonlySet<OpName> = new Set<OpName>(['broadcast', 'reshape', 'cast']);

/** The place of each node, by position. */
export function placeNodes(graph: Graph, options: PlaceOptions): Place[] {
  const places = graph.nodes.map((): Place => 'session');
  const facts = new Facts(graph, options);
  placeFree(facts, places);
  placeHoisted(facts, places);
  graph.nodes.forEach((node, i) => {
    if (places[i] === 'session' && options.unsupported(node, graph)) places[i] = 'fallback';
  });
  placeUpdates(facts, places);
  return places;
}

/** What is asked about a graph again and again. */
class Facts {
  readonly graph: Graph;
  readonly donate: PlaceOptions['donate'];
  /** Node that makes each value; −1 for inputs and constants. */
  readonly producer: Int32Array;
  /** Nodes that read each value. */
  readonly readers: readonly number[][];

  constructor(graph: Graph, { donate }: PlaceOptions) {
    this.graph = graph;
    this.donate = donate;
    this.producer = new Int32Array(graph.avals.length).fill(-1);
    this.readers = graph.avals.map(() => []);
    graph.nodes.forEach((node, i) => {
      for (const id of node.outputs) this.producer[id] = i;
      for (const id of new Set(node.inputs)) this.readers[id]!.push(i);
    });
  }

  readonly size = (id: ValueId): number => sizeOf(this.graph.avals[id]!.shape);
}

function placeFree({ graph, producer }: Facts, places: Place[]): void {
  graph.nodes.forEach((node, i) => {
    const isSource = node.op === 'full' || node.op === 'iota';
    const expands =
      EXPANDING.has(node.op) &&
      node.inputs.every((id) => producer[id]! >= 0 && places[producer[id]!] === 'free');
    if (isSource || expands) places[i] = 'free';
  });
}

function placeHoisted(facts: Facts, places: Place[]): void {
  const { graph, producer, readers } = facts;
  const small = new Uint8Array(graph.avals.length);
  for (const id of graph.constants.keys()) small[id] = 1;
  for (const id of graph.inputs) {
    const integers = isInteger(graph.avals[id]!.dtype) && facts.size(id) <= SMALL_STATE;
    if (integers || facts.size(id) === 1) small[id] = 1;
  }
  const random = new Uint8Array(graph.nodes.length);
  graph.nodes.forEach((node, i) => {
    if (!MOVING.has(node.op) || !node.inputs.every((id) => small[id] === 1)) return;
    for (const id of node.outputs) small[id] = 1;
    const after = node.inputs.some((id) => producer[id]! >= 0 && random[producer[id]!] === 1);
    if (node.op === 'randomBits' || after) random[i] = 1;
  });
  // What leads to random numbers goes with them.
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    if (random[i] !== 1) continue;
    for (const id of graph.nodes[i]!.inputs) if (producer[id]! >= 0) random[producer[id]!] = 1;
  }
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    if (random[i] !== 1 || places[i] === 'free') continue;
    const node = graph.nodes[i]!;
    const grows = EXPANDING.has(node.op) && bytes(facts, node.outputs) > bytes(facts, node.inputs);
    const readByHost = node.outputs.some((id) =>
      readers[id]!.some((reader) => places[reader] === 'hoisted'),
    );
    const isResult = node.outputs.some((id) => graph.outputs.includes(id));
    // A mask crosses to the runtime before it is widened.
    if (!grows || readByHost || isResult) places[i] = 'hoisted';
  }
}

function bytes({ graph, size }: Facts, ids: readonly ValueId[]): number {
  return ids.reduce((sum, id) => sum + size(id) * WIDTHS[graph.avals[id]!.dtype], 0);
}

function placeUpdates(facts: Facts, places: Place[]): void {
  const { graph, producer, readers, donate } = facts;
  const results = new Set(graph.outputs);
  const newState = new Set(donate.map(([, output]) => graph.outputs[output]!));
  const ofState = new Uint8Array(graph.avals.length);
  for (const [input] of donate) ofState[graph.inputs[input]!] = 1;
  graph.nodes.forEach((node) => {
    if (!POINTWISE.has(node.op) || !node.inputs.some((id) => ofState[id] === 1)) return;
    for (const id of node.outputs) ofState[id] = 1;
  });
  const isConstant = (id: ValueId): boolean =>
    facts.size(id) === 1 || (producer[id]! >= 0 && places[producer[id]!] === 'free');

  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (places[i] !== 'session' || !POINTWISE.has(node.op)) continue;
    const id = node.outputs[0]!;
    const after = readers[id]!;
    if (!after.every((reader) => places[reader] === 'update')) continue;
    if (!newState.has(id) && (after.length === 0 || results.has(id))) continue;
    // Two gradients are added where they are made: one result is copied instead of two.
    const crossing = new Set(node.inputs.filter((operand) => !isConstant(operand)));
    if (ofState[id] !== 1 && crossing.size > 1) continue;
    places[i] = 'update';
  }
}
