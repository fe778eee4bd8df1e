/** Replaces composites that a backend does not run whole by the bodies that define them. */
import { mapLoopBodies } from '../graph/bodies.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { AnyNode, Aval, Graph, OpName, ValueId } from '../graph/types.ts';
import { Rewriter } from './rewriter.ts';

/** Whether a backend runs this composite itself; `avals` are those of the node's graph. */
export type Supports = (node: AnyNode, avals: readonly Aval[]) => boolean;

/** The graph without the composites that `supports` refuses, in loop bodies too. */
export function inline(graph: Graph, supports: Supports): Graph {
  const bodies = new Map<Graph, Graph>();
  const inlineBody = (body: Graph): Graph => {
    let result = bodies.get(body);
    if (result === undefined) bodies.set(body, (result = inlineGraph(body)));
    return result;
  };

  const inlineGraph = (whole: Graph): Graph => {
    const rewriter = new Rewriter(whole);
    for (const node of whole.nodes) {
      const inputs = rewriter.mapped(node.inputs);
      if (node.op === 'call' && !supports(node, whole.avals)) {
        const values = emit(rewriter.builder, node.attrs.body, inputs, node.source);
        rewriter.replace(node, values);
      } else {
        rewriter.copy(node, inputs, mapLoopBodies(node, inlineBody));
      }
    }
    return rewriter.finish();
  };

  /** Adds the nodes of a body on `operands` and gives its outputs. */
  const emit = (
    builder: GraphBuilder,
    body: Graph,
    operands: readonly ValueId[],
    prefix: string | undefined,
  ): ValueId[] => {
    const map = new Int32Array(body.avals.length);
    body.inputs.forEach((id, i) => (map[id] = operands[i]!));
    for (const [id, data] of body.constants) map[id] = builder.constant(body.avals[id]!, data);
    for (const node of body.nodes) {
      const inputs = node.inputs.map((id) => map[id]!);
      const source = joined(prefix, node.source);
      let outputs: readonly ValueId[];
      if (node.op === 'call' && !supports(node, body.avals)) {
        outputs = emit(builder, node.attrs.body, inputs, source);
      } else {
        const attrs = mapLoopBodies(node, inlineBody);
        const results = node.outputs.map((id) => body.avals[id]!);
        outputs = builder.addInferred<OpName>(node.op, inputs, attrs, results, source);
      }
      node.outputs.forEach((id, i) => (map[id] = outputs[i]!));
    }
    return body.outputs.map((id) => map[id]!);
  };

  return inlineGraph(graph);
}

function joined(prefix: string | undefined, source: string | undefined): string | undefined {
  if (prefix === undefined) return source;
  return source === undefined ? prefix : `${prefix}/${source}`;
}
