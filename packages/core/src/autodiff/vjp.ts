/**
 * Reverse-mode differentiation as a graph pass: from a graph to the graph of its gradient. Results
 * are remembered per graph, so layers that share a body share its gradient.
 */
import { isFloat } from '../dtypes.ts';
import type { Graph } from '../graph/types.ts';
import { full } from '../ops/primitives/functions.ts';
import { recordEntries } from '../trace/record.ts';
import { replay } from '../trace/replay.ts';
import { traceGraph } from '../trace/trace.ts';
import { walkBack } from './walk.ts';

const known = new WeakMap<Graph, Map<string, Graph>>();

function floatPositions(graph: Graph, ids: readonly number[]): number[] {
  const positions: number[] = [];
  ids.forEach((id, i) => {
    if (isFloat(graph.avals[id]!.dtype)) positions.push(i);
  });
  return positions;
}

/**
 * The gradient of a graph. Its inputs are the graph's inputs, then the cotangents of `outputs`; its
 * outputs are the cotangents of `wrt`, zeros where nothing connects them.
 *
 * @param wrt - Positions of inputs; default: all floats.
 * @param outputs - Positions of outputs; default: all floats.
 */
export function vjp(
  graph: Graph,
  wrt: readonly number[] = floatPositions(graph, graph.inputs),
  outputs: readonly number[] = floatPositions(graph, graph.outputs),
): Graph {
  let variants = known.get(graph);
  if (variants === undefined) known.set(graph, (variants = new Map()));
  const key = `${wrt.join()};${outputs.join()}`;
  let gradient = variants.get(key);
  if (gradient === undefined) variants.set(key, (gradient = differentiate(graph, wrt, outputs)));
  return gradient;
}

function differentiate(graph: Graph, wrt: readonly number[], outputs: readonly number[]): Graph {
  const inputAvals = graph.inputs.map((id) => graph.avals[id]!);
  const cotangentAvals = outputs.map((i) => graph.avals[graph.outputs[i]!]!);
  return traceGraph([...inputAvals, ...cotangentAvals], (values) => {
    const inputs = values.slice(0, inputAvals.length);
    const cotangents = values.slice(inputAvals.length);
    const { result, entries } = recordEntries(() => replay(graph, inputs));
    const ends = outputs.map((i) => result[i]!);
    const starts = wrt.map((i) => inputs[i]!);
    const found = walkBack(entries, ends, cotangents, starts, vjp);
    return found.map((cotangent, i) => {
      const { shape, dtype } = starts[i]!;
      return cotangent ?? full(shape, 0, dtype);
    });
  });
}
