/** Re-binding the nodes of a graph, eagerly or into the trace that is open. */
import type { Graph, ValueId } from '../graph/types.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { bind } from './bind.ts';
import { fromHost } from './from-host.ts';
import { atSource } from './source.ts';

/** Binds every node of `graph` on these inputs and gives its outputs. */
export function replay(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  const values = new Map<ValueId, Tensor>();
  graph.inputs.forEach((id, i) => values.set(id, inputs[i]!));
  for (const [id, data] of graph.constants) values.set(id, fromHost(data, graph.avals[id]!));
  for (const node of graph.nodes) {
    const operands = node.inputs.map((id) => values.get(id)!);
    const outputs = atSource(node.source, () => bind(node.op, operands, node.attrs));
    node.outputs.forEach((id, i) => values.set(id, outputs[i]!));
  }
  return graph.outputs.map((id) => values.get(id)!);
}
