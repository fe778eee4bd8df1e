/** Copies a graph node by node, with some nodes replaced. */
import { type AnyNode, type Graph, GraphBuilder, type OpName, type ValueId } from '@addax/core';

/** The values in the new graph of values of the old. */
export type Mapped = (ids: readonly ValueId[]) => ValueId[];

/** Writes something else for a node and gives its values; undefined copies the node. */
export type Replace = (
  node: AnyNode,
  builder: GraphBuilder,
  mapped: Mapped,
) => readonly ValueId[] | undefined;

/** The graph with nodes replaced. */
export function rebuilt(graph: Graph, replace: Replace): Graph {
  const builder = new GraphBuilder();
  const map = new Map<ValueId, ValueId>();
  for (const id of graph.inputs) map.set(id, builder.input(graph.avals[id]!));
  for (const [id, data] of graph.constants) map.set(id, builder.constant(graph.avals[id]!, data));
  const mapped: Mapped = (ids) => ids.map((id) => map.get(id)!);
  for (const node of graph.nodes) {
    const results = node.outputs.map((id) => graph.avals[id]!);
    const ids =
      replace(node, builder, mapped) ??
      builder.addInferred<OpName>(node.op, mapped(node.inputs), node.attrs, results, node.source);
    node.outputs.forEach((id, i) => map.set(id, ids[i]!));
  }
  return builder.finish(mapped(graph.outputs));
}
