/** Common subexpressions: of equal nodes on equal operands only the first stays. */
import { mapLoopBodies } from '../graph/bodies.ts';
import { constantNumber, nodeAttributesKey } from '../graph/key.ts';
import type { Graph, ValueId } from '../graph/types.ts';
import { remembered, Rewriter } from './rewriter.ts';

/** The graph with every value computed once. Ops are pure, random bits included. */
export const cse: (graph: Graph) => Graph = remembered((graph) => {
  const rewriter = new Rewriter(graph);
  const seen = new Map<string, readonly ValueId[]>();
  const constants = new Map<string, ValueId>();
  for (const [id, data] of graph.constants) {
    const { shape, dtype } = graph.avals[id]!;
    const key = `${constantNumber(data)};${dtype};${shape.join()}`;
    const first = constants.get(key);
    if (first === undefined) constants.set(key, rewriter.map[id]!);
    else rewriter.map[id] = first;
  }
  for (const original of graph.nodes) {
    const attrs = mapLoopBodies(original, cse);
    const node = attrs === original.attrs ? original : ({ ...original, attrs } as typeof original);
    const inputs = rewriter.mapped(node.inputs);
    const key = `${node.op} ${nodeAttributesKey(node)} ${inputs.join()}`;
    const found = seen.get(key);
    if (found === undefined) {
      rewriter.copy(node, inputs);
      seen.set(key, rewriter.mapped(node.outputs));
    } else {
      rewriter.replace(node, found);
    }
  }
  return rewriter.finish();
});
