/**
 * Dead code: keeps what the outputs depend on. Loops and branches lose the results nobody reads, and
 * with them what their bodies computed for those.
 */
import type { AnyNode, Graph, OpAttrs, ValueId } from '../graph/types.ts';
import type { NodeOf } from '../ops/primitives/primitive.ts';
import { remembered, Rewriter } from './rewriter.ts';

/** The graph without the nodes and constants that no output needs. Inputs stay. */
export const dce: (graph: Graph) => Graph = remembered((graph) => {
  const live = new Uint8Array(graph.avals.length);
  for (const id of graph.outputs) live[id] = 1;
  const kept: AnyNode[] = [];
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (!node.outputs.some((id) => live[id] === 1)) continue;
    const slim = trimmed(node, (id) => live[id] === 1);
    for (const id of slim.inputs) live[id] = 1;
    kept.push(slim);
  }
  const constants = new Map([...graph.constants].filter(([id]) => live[id] === 1));
  const rewriter = new Rewriter({ ...graph, constants });
  for (const node of kept.toReversed()) rewriter.copy(node, rewriter.mapped(node.inputs));
  return rewriter.finish();
});

function trimmed(node: AnyNode, isLive: (id: ValueId) => boolean): AnyNode {
  switch (node.op) {
    case 'scan':
      return trimScan(node, isLive);
    case 'cond':
      return trimCond(node, isLive);
    case 'while': {
      const { cond, body, constants } = node.attrs;
      return { ...node, attrs: { cond: dce(cond), body: dce(body), constants } };
    }
    default:
      return node;
  }
}

const narrow = new WeakMap<Graph, Map<string, Graph>>();

/** A graph reduced to some of its outputs and some of its inputs; remembered, so bodies stay shared. */
function narrowed(graph: Graph, outputs: readonly number[], inputs: readonly number[]): Graph {
  const sameOutputs = outputs.length === graph.outputs.length;
  if (sameOutputs && inputs.length === graph.inputs.length) return dce(graph);
  let variants = narrow.get(graph);
  if (variants === undefined) narrow.set(graph, (variants = new Map()));
  const key = `${outputs.join()};${inputs.join()}`;
  let result = variants.get(key);
  if (result === undefined) {
    const fewer = withOutputs(graph, outputs);
    result = dce({ ...fewer, inputs: inputs.map((i) => fewer.inputs[i]!) });
    variants.set(key, result);
  }
  return result;
}

function withOutputs(graph: Graph, outputs: readonly number[]): Graph {
  return dce({ ...graph, outputs: outputs.map((i) => graph.outputs[i]!) });
}

/** Positions of the inputs that a graph reads. */
function readInputs(graph: Graph): Set<number> {
  const used = new Set<ValueId>(graph.outputs);
  for (const node of graph.nodes) for (const id of node.inputs) used.add(id);
  const positions = new Set<number>();
  graph.inputs.forEach((id, i) => {
    if (used.has(id)) positions.add(i);
  });
  return positions;
}

function positions(length: number, test: (i: number) => boolean): number[] {
  const result: number[] = [];
  for (let i = 0; i < length; i++) if (test(i)) result.push(i);
  return result;
}

function trimScan(node: NodeOf<'scan'>, isLive: (id: ValueId) => boolean): AnyNode {
  const { attrs, inputs, outputs } = node;
  const { constants, carries } = attrs;
  const results = attrs.body.outputs.length;
  const saveCarries = attrs.saveCarries && outputs.slice(results).some((id) => isLive(id));
  // Saved carries come as one block, in the order of the carries: all stay if one is read.
  const wanted = (i: number): boolean => isLive(outputs[i]!) || (saveCarries && i < carries);
  let liveResults = positions(results, wanted);
  let read = readInputs(withOutputs(attrs.body, liveResults));
  for (;;) {
    const needed = positions(results, (i) => wanted(i) || (i < carries && read.has(constants + i)));
    if (needed.length === liveResults.length) break;
    liveResults = needed;
    read = readInputs(withOutputs(attrs.body, liveResults));
  }
  const isCarry = (i: number): boolean => i >= constants && i < constants + carries;
  const liveCarries = liveResults.filter((i) => i < carries);
  const liveInputs = positions(inputs.length, (i) =>
    isCarry(i) ? liveCarries.includes(i - constants) : read.has(i),
  );
  const slim: OpAttrs['scan'] = {
    ...attrs,
    body: narrowed(attrs.body, liveResults, liveInputs),
    constants: liveInputs.filter((i) => i < constants).length,
    carries: liveCarries.length,
    saveCarries,
  };
  return {
    ...node,
    attrs: slim,
    inputs: liveInputs.map((i) => inputs[i]!),
    outputs: [
      ...liveResults.map((i) => outputs[i]!),
      ...(saveCarries ? outputs.slice(results) : []),
    ],
  };
}

function trimCond(node: NodeOf<'cond'>, isLive: (id: ValueId) => boolean): AnyNode {
  const { then, else: otherwise } = node.attrs;
  const wanted = positions(node.outputs.length, (i) => isLive(node.outputs[i]!));
  const read = new Set([
    ...readInputs(withOutputs(then, wanted)),
    ...readInputs(withOutputs(otherwise, wanted)),
  ]);
  const operands = positions(then.inputs.length, (i) => read.has(i));
  return {
    ...node,
    attrs: {
      then: narrowed(then, wanted, operands),
      else: narrowed(otherwise, wanted, operands),
    },
    inputs: [node.inputs[0]!, ...operands.map((i) => node.inputs[i + 1]!)],
    outputs: wanted.map((i) => node.outputs[i]!),
  };
}
