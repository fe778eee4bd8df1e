/** ½ (tanh ½x + 1), as recurrent layers write it, is the sigmoid, which the runtime has. */
import { type AnyNode, type Aval, type Graph, GraphBuilder, type ValueId } from '@addax/core';
import { rebuilt } from './rebuild.ts';

/** Name of the composite that stands for it. */
export const SIGMOID = 'sigmoid';

/** The definition that the composite carries. */
function definition(aval: Aval): Graph {
  const builder = new GraphBuilder();
  const x = builder.input(aval);
  const [half] = builder.add('full', [], { ...aval, value: 0.5 });
  const [one] = builder.add('full', [], { ...aval, value: 1 });
  const [inner] = builder.add('binary', [x, half!], { fn: 'mul' });
  const [curve] = builder.add('unary', [inner!], { fn: 'tanh' });
  const [sum] = builder.add('binary', [curve!, one!], { fn: 'add' });
  return builder.finish(builder.add('binary', [sum!, half!], { fn: 'mul' }));
}

/** The graph with sigmoids by name, where nothing else reads what they are made of. */
export function namedSigmoids(graph: Graph): Graph {
  const producers = new Map<ValueId, AnyNode>();
  const uses = new Uint32Array(graph.avals.length);
  for (const node of graph.nodes) {
    for (const id of node.outputs) producers.set(id, node);
    for (const id of node.inputs) uses[id]!++;
  }
  for (const id of graph.outputs) uses[id]!++;
  const isFull = (id: ValueId, value: number): boolean => {
    const node = producers.get(id);
    if (node?.op === 'broadcast') return isFull(node.inputs[0]!, value);
    return node?.op === 'full' && node.attrs.value === value;
  };
  /** The other operand of a function with a number. */
  const operandOf = (
    node: AnyNode | undefined,
    fn: 'mul' | 'add',
    value: number,
  ): ValueId | undefined => {
    if (node?.op !== 'binary' || node.attrs.fn !== fn) return undefined;
    const [a, b] = node.inputs as [ValueId, ValueId];
    if (isFull(b, value)) return a;
    return isFull(a, value) ? b : undefined;
  };
  const alone = (id: ValueId | undefined): AnyNode | undefined =>
    id !== undefined && uses[id] === 1 ? producers.get(id) : undefined;
  const argumentOf = (node: AnyNode): ValueId | undefined => {
    // For other types the composite would be written as its definition, which is this again.
    if (graph.avals[node.outputs[0]!]?.dtype !== 'float32') return undefined;
    const sum = alone(operandOf(node, 'mul', 0.5));
    const curve = alone(operandOf(sum, 'add', 1));
    if (curve?.op !== 'unary' || curve.attrs.fn !== 'tanh') return undefined;
    return operandOf(alone(curve.inputs[0]), 'mul', 0.5);
  };
  if (!graph.nodes.some((node) => argumentOf(node) !== undefined)) return graph;
  return rebuilt(graph, (node, builder, mapped) => {
    const x = argumentOf(node);
    if (x === undefined) return undefined;
    const { shape, dtype } = graph.avals[x]!;
    const attrs = { name: SIGMOID, body: definition({ shape, dtype }), options: {} };
    return builder.add('call', mapped([x]), attrs, node.source);
  });
}
