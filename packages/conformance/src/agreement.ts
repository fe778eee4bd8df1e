/** Whether ways to run a graph agree, for tests of rewritings: what they give is compared, not how. */
import type { Graph, HostArray } from '@addax/core';
import { numbersOf } from './execute.ts';
import { firstDifference, type Tolerance } from './tolerances.ts';

/** A way to run a graph, from host values to host values. */
export type Run = (graph: Graph, inputs: readonly HostArray[]) => Promise<HostArray[]>;

/**
 * Gives all ways the same numbers between -0.5 and 0.5 for float32 inputs, and compares every output
 * with that of the first way. Returns the first difference in words, or undefined.
 */
export async function disagreement(
  graph: Graph,
  [reference, ...others]: readonly [Run, ...Run[]],
  tolerance: Tolerance,
): Promise<string | undefined> {
  const inputs = graph.inputs.map((id, k): HostArray => {
    const size = graph.avals[id]!.shape.reduce((a, b) => a * b, 1);
    return Float32Array.from({ length: size }, (_, i) => (((i + k) * 7919) % 19) / 19 - 0.5);
  });
  const expected = await reference(graph, inputs);
  for (const [way, run] of others.entries()) {
    const actual = await run(graph, inputs);
    for (const [i, id] of graph.outputs.entries()) {
      const [given, wanted] = [actual, expected].map((all) => numbersOf(all[i]!, graph.avals[id]!));
      const difference = firstDifference(given!, wanted!, tolerance);
      if (difference !== undefined) return `way ${way + 1}, output ${i}: ${difference}`;
    }
  }
  return undefined;
}
