/** Takes out of a model what nothing reads: the runtime would compute it all the same. */
import type { GraphProto, NodeProto } from './proto/onnx_pb.ts';

/** The graphs inside a node. */
function graphsOf(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap(({ g }) => (g === undefined ? [] : [g]));
}

/** Removes unread nodes, inner ones too, and unread constants; changes the graph in place. */
export function pruned(graph: GraphProto): void {
  const read = readNames(graph);
  graph.initializer = graph.initializer.filter(({ name }) => read.has(name));
}

/** Prunes a graph and gives all names that it reads, of its own and of outer graphs. */
function readNames(graph: GraphProto): Set<string> {
  const read = new Set(graph.output.map(({ name }) => name));
  const kept: NodeProto[] = [];
  for (const node of graph.node.toReversed()) {
    if (!node.output.some((name) => read.has(name))) continue;
    kept.push(node);
    for (const name of node.input) read.add(name);
    for (const inner of graphsOf(node)) for (const name of readNames(inner)) read.add(name);
  }
  graph.node = kept.reverse();
  return read;
}
