/**
 * Where a stored bool takes as much memory as a float, the mask of a rectification is not worth
 * storing for the backward pass: y = select(x <= 0, 0, x) says as much, since y <= 0 where x <= 0 and
 * nowhere else (NaN included), and mostly is in memory already.
 */
import type { AnyNode, Graph } from '@addax/core';

/** Lets what reads the mask of a rectification after it compare its result instead. */
export function unmask(graph: Graph): Graph {
  const producer = new Map<number, AnyNode>();
  const readers = new Map<number, number>();
  graph.nodes.forEach((node, i) => {
    for (const value of node.outputs) producer.set(value, node);
    for (const value of node.inputs) readers.set(value, i);
  });
  const isZero = (value: number): boolean => {
    const node = producer.get(value);
    return node?.op === 'full' && node.attrs.value === 0;
  };
  const avals = [...graph.avals];
  /** What stands for a mask from here on. */
  const instead = new Map<number, number>();
  const nodes = graph.nodes.flatMap((node, i): AnyNode[] => {
    const own = node.inputs.some((value) => instead.has(value))
      ? { ...node, inputs: node.inputs.map((value) => instead.get(value) ?? value) }
      : node;
    if (node.op !== 'select') return [own];
    const [mask, zero, x] = node.inputs;
    const test = producer.get(mask);
    const rectifies =
      test?.op === 'compare' &&
      test.attrs.fn === 'le' &&
      test.inputs[0] === x &&
      isZero(test.inputs[1]) &&
      isZero(zero);
    if (!rectifies || instead.has(mask) || readers.get(mask)! <= i) return [own];
    const value = avals.push(graph.avals[mask]) - 1;
    instead.set(mask, value);
    const again = { ...test, inputs: [node.outputs[0], test.inputs[1]], outputs: [value] };
    return [own, again];
  });
  return instead.size === 0 ? graph : { ...graph, avals, nodes };
}
