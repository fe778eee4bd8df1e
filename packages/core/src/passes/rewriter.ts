/**
 * What every pass does: walk a graph and build the next one. Old value ids map to new ones; a pass
 * says only what becomes of each node.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { AnyNode, Aval, Graph, OpName, ValueId } from '../graph/types.ts';

export class Rewriter {
  readonly builder: GraphBuilder = new GraphBuilder();
  /** New id of each old value; −1 before it is known. */
  readonly map: Int32Array;
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.map = new Int32Array(graph.avals.length).fill(-1);
    for (const id of graph.inputs) this.map[id] = this.builder.input(graph.avals[id]!);
    for (const [id, data] of graph.constants) {
      this.map[id] = this.builder.constant(graph.avals[id]!, data);
    }
  }

  /** New ids of old values. */
  mapped(ids: readonly ValueId[]): ValueId[] {
    const result: ValueId[] = [];
    for (let i = 0; i < ids.length; i++) result.push(this.map[ids[i]!]!);
    return result;
  }

  /** Says what the outputs of an old node are now. */
  replace(node: AnyNode, values: readonly ValueId[]): void {
    for (let i = 0; i < node.outputs.length; i++) this.map[node.outputs[i]!] = values[i]!;
  }

  /** Copies a node as it is, on its new operands. */
  copy(node: AnyNode, inputs: readonly ValueId[], attrs: AnyNode['attrs'] = node.attrs): void {
    const results: Aval[] = [];
    for (const id of node.outputs) results.push(this.#graph.avals[id]!);
    const { op, source } = node as { op: OpName; source?: string };
    const outputs = this.builder.addInferred(op, inputs, attrs, results, source);
    this.replace(node, outputs);
  }

  /** Aval of an old node's first output. */
  resultAval(node: AnyNode): Aval {
    return this.#graph.avals[node.outputs[0]!]!;
  }

  /** The new graph. */
  finish(): Graph {
    return this.builder.finish(this.mapped(this.#graph.outputs));
  }
}

/** A pass without options, remembering its result per graph so that shared bodies stay shared. */
export function remembered(pass: (graph: Graph) => Graph): (graph: Graph) => Graph {
  const results = new WeakMap<Graph, Graph>();
  return (graph) => {
    let result = results.get(graph);
    if (result === undefined) results.set(graph, (result = pass(graph)));
    return result;
  };
}
