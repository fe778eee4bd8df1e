/** From a graph to a serialised ONNX model. */
import { type AnyNode, type Aval, type Graph, UnsupportedError } from '@addax/core';
import type { EmitOptions, EmittedModel } from './options.ts';

/** The ONNX model of a graph. */
export function emit(graph: Graph, options: EmitOptions): EmittedModel {
  const label = options.label ?? 'addax';
  throw new UnsupportedError(`${label}: no op of ${graph.nodes.length} is lowered so far`);
}

/** Why the runtime cannot run this node, in words; undefined where it can. */
export function unsupported(node: AnyNode, avals: readonly Aval[]): string | undefined {
  return avals.length === 0 ? `${node.op} has no values` : undefined;
}

/** Whether a composite is emitted whole, by the name of an operator of the runtime. */
export function supportsComposite(
  node: AnyNode,
  avals: readonly Aval[],
  { training }: { readonly training: boolean },
): boolean {
  return !training && node.op === 'call' && avals.length < 0;
}
