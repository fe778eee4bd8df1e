/**
 * Products that a loop has made. The gradient of a loop multiplies the same values again, of all steps
 * at once; the loop hands them out instead, and what it adds to them with them.
 */
import { type AnyNode, type Graph, GraphBuilder, type OpName, type ValueId } from '@addax/core';

type Scan = Extract<AnyNode, { readonly op: 'scan' }>;
type Dot = Extract<AnyNode, { readonly op: 'dot' }>;

/** A value outside that is what the body computes, of all steps. */
interface Kept {
  readonly outer: ValueId;
  readonly inner: ValueId;
}

/** The graph with such loops, and without the products after them. */
export function keptProducts(graph: Graph): Graph {
  const found = new Map<Scan, readonly Kept[]>();
  for (const node of graph.nodes) {
    if (node.op !== 'scan' || !node.attrs.saveCarries) continue;
    const kept = new Loop(graph, node).kept();
    if (kept.length > 0) found.set(node, kept);
  }
  if (found.size === 0) return graph;
  const builder = new GraphBuilder();
  const map = new Map<ValueId, ValueId>();
  for (const id of graph.inputs) map.set(id, builder.input(graph.avals[id]!));
  for (const [id, data] of graph.constants) map.set(id, builder.constant(graph.avals[id]!, data));
  const add = (node: AnyNode, attrs: AnyNode['attrs'], outputs: readonly ValueId[]): void => {
    const results = outputs.map((id) => graph.avals[id]!);
    const inputs = node.inputs.map((id) => map.get(id)!);
    const made = builder.addInferred<OpName>(node.op, inputs, attrs, results, node.source);
    outputs.forEach((id, i) => map.set(id, made[i]!));
  };
  for (const node of graph.nodes) {
    // What a loop hands out is there already.
    if (node.outputs.every((id) => map.has(id))) continue;
    const kept = node.op === 'scan' ? found.get(node) : undefined;
    if (kept === undefined) add(node, node.attrs, node.outputs);
    else {
      const { attrs } = node as Scan;
      const { body, carries } = attrs;
      const outputs = [...body.outputs, ...kept.map(({ inner }) => inner)];
      const saved = node.outputs.length - carries;
      const order = [...node.outputs.slice(0, saved), ...kept.map(({ outer }) => outer)];
      add(node, { ...attrs, body: { ...body, outputs } }, [...order, ...node.outputs.slice(saved)]);
    }
  }
  return builder.finish(graph.outputs.map((id) => map.get(id)!));
}

/** A loop that keeps its carries, and what the graph does with them. */
class Loop {
  readonly #graph: Graph;
  readonly #body: Graph;
  /** Values of the body by the values outside that are the same in all steps, and of all steps. */
  readonly #once = new Map<ValueId, ValueId>();
  readonly #stacked = new Map<ValueId, ValueId>();

  constructor(graph: Graph, { inputs, outputs, attrs }: Scan) {
    const { body, constants, carries } = attrs;
    this.#graph = graph;
    this.#body = body;
    body.inputs.forEach((inner, i) => {
      if (i < constants) this.#once.set(inputs[i]!, inner);
      else if (i >= constants + carries) this.#stacked.set(inputs[i]!, inner);
    });
    const saved = outputs.length - carries;
    for (let i = 0; i < carries; i++) {
      this.#stacked.set(outputs[saved + i]!, body.inputs[constants + i]!);
    }
  }

  kept(): Kept[] {
    return this.#graph.nodes.flatMap((node) => {
      const inner = node.op === 'dot' ? this.#product(node) : undefined;
      if (inner === undefined) return [];
      const product = { outer: node.outputs[0]!, inner };
      return [this.#sum(product) ?? product];
    });
  }

  /** The product in the body that a product outside repeats for all steps. */
  #product({ inputs, attrs }: Dot): ValueId | undefined {
    const [left, right] = inputs as [ValueId, ValueId];
    const operands = [this.#stacked.get(left), this.#once.get(right)];
    if (operands.includes(undefined) || attrs.batch.length > 0) return undefined;
    const found = this.#body.nodes.find(
      (node) =>
        node.op === 'dot' &&
        node.attrs.batch.length === 0 &&
        node.inputs.every((id, i) => id === operands[i]) &&
        node.attrs.contract.length === attrs.contract.length &&
        node.attrs.contract.every(
          ([a, b], i) => attrs.contract[i]![0] === a + 1 && attrs.contract[i]![1] === b,
        ),
    );
    return found?.outputs[0];
  }

  /** The sum that is all that a product goes into, outside, if the body has it. */
  #sum({ outer, inner }: Kept): Kept | undefined {
    const readers = this.#graph.nodes.filter(({ inputs }) => inputs.includes(outer));
    const [sum] = readers;
    const isAlone = readers.length === 1 && !this.#graph.outputs.includes(outer);
    if (!isAlone || sum?.op !== 'binary' || sum.attrs.fn !== 'add') return undefined;
    const other = this.#stacked.get(sum.inputs.find((id) => id !== outer) ?? outer);
    const found = this.#body.nodes.find(
      ({ op, attrs, inputs }) =>
        op === 'binary' &&
        attrs.fn === 'add' &&
        inputs.includes(inner) &&
        inputs.some((id) => id === other),
    );
    return found && { outer: sum.outputs[0]!, inner: found.outputs[0]! };
  }
}
