/**
 * Cuts a graph into the parts that run one after another: host, session, host, … Parts of the host have
 * odd levels (−1 comes before the first session), sessions even ones; a node has the lowest level at
 * which its operands are there, updates have the last.
 */
import type { AnyNode, Graph, OpName, ValueId } from '@addax/core';
import { GraphBuilder, optimize } from '@addax/core';
import { type Place, placeNodes, type PlaceOptions } from './place.ts';

/** A part of a graph: a graph of its own between values of the whole. */
export interface Part {
  readonly kind: 'host' | 'session';
  readonly graph: Graph;
  /** Values of the whole graph that the inputs and outputs of the part are. */
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  /** Inputs of the part that its outputs may overwrite. */
  readonly donate: readonly (readonly [input: number, output: number])[];
  /** How many of its nodes are there for which reason. */
  readonly counts: Readonly<Record<Place, number>>;
}

/** The parts of a graph, in their order. */
export function partition(graph: Graph, options: PlaceOptions): Part[] {
  return cut(graph, placeNodes(graph, options), options.donate);
}

/** The whole graph as one part of the host. */
export function wholeOnHost(graph: Graph, donate: PlaceOptions['donate']): Part[] {
  const places = graph.nodes.map((): Place => 'fallback');
  return graph.nodes.length === 0 ? [] : cut(graph, places, donate);
}

function cut(graph: Graph, places: readonly Place[], donate: PlaceOptions['donate']): Part[] {
  const producer = new Int32Array(graph.avals.length).fill(-1);
  graph.nodes.forEach((node, i) => {
    for (const id of node.outputs) producer[id] = i;
  });
  const levels = levelsOf(graph, places);
  const used = [...new Set(levels.filter((level) => level > NOWHERE))].toSorted((a, b) => a - b);
  if (used.length === 0) used.push(-1);
  const last = used.at(-1)!;
  const isFree = (id: ValueId): boolean => producer[id]! >= 0 && places[producer[id]!] === 'free';
  const levelOf = (id: ValueId): number => (producer[id]! < 0 ? NOWHERE : levels[producer[id]!]!);

  // Values that leave the part that makes them.
  const leaving = new Set(graph.outputs.filter((id) => producer[id]! >= 0));
  graph.nodes.forEach((node, i) => {
    for (const id of node.inputs) {
      if (!isFree(id) && levelOf(id) > NOWHERE && levelOf(id) !== levels[i]) leaving.add(id);
    }
  });
  const parts: Part[] = [];
  for (const level of used) {
    const outputs = [...leaving].filter((id) =>
      isFree(id) ? level === last : levelOf(id) === level,
    );
    const nodes = graph.nodes.filter((_, i) => levels[i] === level);
    if (nodes.length === 0 && outputs.length === 0) continue;
    const { part, inputs } = extract(graph, producer, isFree, nodes, outputs);
    const kind = level % 2 === 0 ? 'session' : 'host';
    const counts = { session: 0, hoisted: 0, update: 0, fallback: 0, free: 0 };
    graph.nodes.forEach((_, i) => levels[i] === level && counts[places[i]!]++);
    parts.push({
      kind,
      // The host knows no composites: there their bodies are what they mean.
      graph: kind === 'host' ? optimize(part, () => false) : part,
      inputs,
      outputs,
      donate: [],
      counts,
    });
  }
  return parts.map((part, i) => ({
    ...part,
    donate: part.kind === 'host' ? donations(graph, donate, part, parts.slice(i + 1)) : [],
  }));
}

/** Level of what belongs to no part: inputs, constants, values made where they are needed. */
const NOWHERE = -2;

function levelsOf(graph: Graph, places: readonly Place[]): number[] {
  const ofValue = new Int32Array(graph.avals.length).fill(NOWHERE);
  const levels = graph.nodes.map((node, i) => {
    const place = places[i]!;
    if (place === 'free') return NOWHERE;
    const parity = place === 'session' ? 0 : 1;
    let level = parity === 0 ? 0 : -1;
    for (const id of node.inputs) {
      const operand = ofValue[id]!;
      if (operand > level) level = Math.abs(operand % 2) === parity ? operand : operand + 1;
    }
    for (const id of node.outputs) ofValue[id] = level;
    return level;
  });
  let last = Math.max(-1, ...levels);
  if (last % 2 === 0) last++;
  return levels.map((level, i) => (places[i] === 'update' ? last : level));
}

/** The graph of some nodes; what they read and do not make are its inputs. */
function extract(
  graph: Graph,
  producer: Int32Array,
  isFree: (id: ValueId) => boolean,
  nodes: readonly AnyNode[],
  outputs: readonly ValueId[],
): { part: Graph; inputs: ValueId[] } {
  const builder = new GraphBuilder();
  const inputs: ValueId[] = [];
  const map = new Map<ValueId, ValueId>();
  const add = (node: AnyNode): void => {
    const operands = node.inputs.map(valueIn);
    const { op, attrs, source } = node as AnyNode & { readonly op: OpName };
    const results = node.outputs.map((id) => graph.avals[id]!);
    const made = builder.addInferred<OpName>(op, operands, attrs, results, source);
    node.outputs.forEach((id, i) => map.set(id, made[i]!));
  };
  const valueIn = (id: ValueId): ValueId => {
    const known = map.get(id);
    if (known !== undefined) return known;
    const constant = graph.constants.get(id);
    if (isFree(id)) add(graph.nodes[producer[id]!]!);
    else if (constant !== undefined) map.set(id, builder.constant(graph.avals[id]!, constant));
    else {
      inputs.push(id);
      map.set(id, builder.input(graph.avals[id]!));
    }
    return map.get(id)!;
  };
  for (const node of nodes) add(node);
  return { part: builder.finish(outputs.map(valueIn)), inputs };
}

/** Donated inputs that this part may overwrite, since nothing after it reads them. */
function donations(
  graph: Graph,
  donate: PlaceOptions['donate'],
  part: Part,
  later: readonly Part[],
): [input: number, output: number][] {
  return donate.flatMap(([input, output]): [number, number][] => {
    const from = part.inputs.indexOf(graph.inputs[input]!);
    const to = part.outputs.indexOf(graph.outputs[output]!);
    if (from < 0 || to < 0) return [];
    const isRead = later.some(({ inputs }) => inputs.includes(graph.inputs[input]!));
    const isFirst = graph.outputs.indexOf(graph.outputs[output]!) === output;
    return isRead || !isFirst ? [] : [[from, to]];
  });
}
