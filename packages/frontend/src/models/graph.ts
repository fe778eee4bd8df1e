/**
 * The graph of a functional model: which calls lead from its inputs to its outputs, in which order they
 * run, and in which order its layers count (Keras': by depth, ties by first visit), which files depend on.
 */
import {
  ArgumentError,
  FunctionalNode,
  leavesOf,
  mapTree,
  type Operation,
  SymbolicTensor,
  type Tensor,
} from '@addax/core';
import { InputLayer } from '../layers/input.ts';
import type { Layer } from '../layers/layer.ts';
import { isLayer } from '../layers/tracking.ts';

/** A functional model's graph. */
export interface ModelGraph {
  /** Structure the user gave, with symbolic tensors for leaves. */
  readonly inputs: unknown;
  readonly outputs: unknown;
  readonly flatInputs: readonly SymbolicTensor[];
  readonly flatOutputs: readonly SymbolicTensor[];
  /** Calls in the order they run; those of inputs first of their depth. */
  readonly nodes: readonly FunctionalNode[];
  /** Layers and ops in Keras' order. */
  readonly operations: readonly Operation[];
  readonly layers: readonly Layer[];
}

/** The graph between symbolic inputs and outputs. */
export function buildGraph(givenInputs: unknown, givenOutputs: unknown): ModelGraph {
  const { inputs, outputs } = withInputLayers(
    symbolicTree('inputs', givenInputs),
    symbolicTree('outputs', givenOutputs),
  );
  const flatInputs = leavesOf(inputs) as SymbolicTensor[];
  const flatOutputs = leavesOf(outputs) as SymbolicTensor[];
  if (new Set(flatInputs).size !== flatInputs.length) {
    throw new ArgumentError('a model cannot have the same tensor twice among its inputs.');
  }
  const visit = visitNodes(flatOutputs, new Set(flatInputs));
  requireConnected(visit.post, flatInputs);
  const { nodes, operations } = order(visit, flatInputs);
  const layers = operations.filter(isLayer);
  requireUniqueNames(layers);
  return { inputs, outputs, flatInputs, flatOutputs, nodes, operations, layers };
}

function symbolicTree(what: string, tree: unknown): unknown {
  const leaves = leavesOf(tree);
  if (leaves.length === 0) throw new ArgumentError(`a functional model needs ${what}; got none.`);
  for (const leaf of leaves) {
    if (leaf instanceof SymbolicTensor && leaf.history !== undefined) continue;
    throw new ArgumentError(
      `the ${what} of a functional model must be symbolic tensors: what input() returns and what ` +
        `layers give when called on them; got ${String(leaf)}.`,
    );
  }
  return tree;
}

interface Visit {
  /** Nodes, producers before consumers. */
  readonly post: FunctionalNode[];
  /** Operations by first visit from the outputs. */
  readonly first: Map<Operation, number>;
}

function visitNodes(
  outputs: readonly SymbolicTensor[],
  inputs: ReadonlySet<SymbolicTensor>,
): Visit {
  const visit: Visit = { post: [], first: new Map() };
  const done = new Set<FunctionalNode>();
  // An explicit stack: deep models would overflow the call stack.
  const stack: { node: FunctionalNode; rest: SymbolicTensor[] }[] = [];
  const enter = (tensor: SymbolicTensor): void => {
    const node = tensor.history!.node;
    if (done.has(node)) return;
    done.add(node);
    if (!visit.first.has(node.operation)) visit.first.set(node.operation, visit.first.size);
    stack.push({ node, rest: inputs.has(tensor) ? [] : node.inputTensors });
  };
  for (const output of outputs) {
    enter(output);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const tensor = top.rest[0];
      if (tensor === undefined) {
        visit.post.push(top.node);
        stack.pop();
        continue;
      }
      top.rest = top.rest.slice(1);
      if (tensor.history !== undefined) enter(tensor);
    }
  }
  return visit;
}

function requireConnected(
  nodes: readonly FunctionalNode[],
  inputs: readonly SymbolicTensor[],
): void {
  const known = new Set(inputs);
  for (const node of nodes) {
    if (!(node.operation instanceof InputLayer)) continue;
    const symbol = node.outputs as SymbolicTensor;
    if (known.has(symbol)) continue;
    throw new ArgumentError(
      `the outputs depend on input "${symbol.name}", which is not among the model's inputs: ` +
        `add it to inputs (given: ${inputs.map(({ name }) => `"${name}"`).join(', ')}).`,
    );
  }
}

function order(
  { post, first }: Visit,
  inputs: readonly SymbolicTensor[],
): { nodes: FunctionalNode[]; operations: Operation[] } {
  const nodeDepth = new Map<FunctionalNode, number>();
  const operationDepth = new Map<Operation, number>();
  for (const node of post.toReversed()) {
    const depth = Math.max(nodeDepth.get(node) ?? 0, operationDepth.get(node.operation) ?? 0);
    operationDepth.set(node.operation, depth);
    nodeDepth.set(node, depth);
    for (const tensor of node.inputTensors) {
      const producer = tensor.history?.node;
      if (producer === undefined) continue;
      nodeDepth.set(producer, Math.max(depth + 1, nodeDepth.get(producer) ?? 0));
    }
  }
  for (const input of inputs) {
    const { node } = input.history!;
    if (operationDepth.has(node.operation)) continue;
    operationDepth.set(node.operation, 0);
    first.set(node.operation, -1);
  }
  const operations = [...operationDepth.keys()].toSorted(
    (a, b) => operationDepth.get(b)! - operationDepth.get(a)! || first.get(a)! - first.get(b)!,
  );
  return { nodes: post, operations };
}

function requireUniqueNames(layers: readonly Layer[]): void {
  const seen = new Set<string>();
  for (const { name } of layers) {
    if (seen.has(name)) {
      throw new ArgumentError(
        `the name "${name}" is used by two layers of one model; layer names must be unique.`,
      );
    }
    seen.add(name);
  }
}

/** Inputs in the middle of another graph get input layers of their own; the part behind is copied. */
function withInputLayers(inputs: unknown, outputs: unknown): { inputs: unknown; outputs: unknown } {
  const flat = leavesOf(inputs) as SymbolicTensor[];
  const starts = (tensor: SymbolicTensor): boolean =>
    tensor.history!.node.operation instanceof InputLayer;
  if (flat.every(starts)) return { inputs, outputs };
  const copies = new Map<SymbolicTensor, SymbolicTensor>();
  for (const tensor of flat) {
    const { shape: batchShape, dtype } = tensor;
    copies.set(tensor, starts(tensor) ? tensor : new InputLayer({ batchShape, dtype }).symbol);
  }
  const copyOf = (leaf: unknown): unknown => copies.get(leaf as SymbolicTensor) ?? leaf;
  const { post } = visitNodes(leavesOf(outputs) as SymbolicTensor[], new Set(flat));
  for (const node of post) {
    const produced = node.outputTensors;
    if (node.operation instanceof InputLayer || produced.some((tensor) => copies.has(tensor))) {
      continue;
    }
    const args = mapTree(node.args, copyOf) as FunctionalNode['args'];
    const fresh = mapTree(node.outputs, (leaf) => {
      if (!(leaf instanceof SymbolicTensor)) return leaf;
      const copy = new SymbolicTensor(leaf.shape, leaf.dtype);
      copy.mask = leaf.mask;
      copies.set(leaf, copy);
      return copy;
    });
    void new FunctionalNode(node.operation, args, fresh);
  }
  return { inputs: mapTree(inputs, copyOf), outputs: mapTree(outputs, copyOf) };
}

/** Runs the graph: `values` in the order of its flat inputs. */
export function runGraph(graph: ModelGraph, values: readonly Tensor[]): unknown {
  const known = new Map<SymbolicTensor, unknown>();
  graph.flatInputs.forEach((symbol, i) => known.set(symbol, values[i]));
  const valueOf = (leaf: unknown): unknown =>
    leaf instanceof SymbolicTensor ? known.get(leaf) : leaf;
  for (const node of graph.nodes) {
    if (node.operation instanceof InputLayer) continue;
    const inputs = mapTree(node.args.inputs, valueOf);
    const options = mapTree(node.args.options, valueOf) as FunctionalNode['args']['options'];
    const outputs = leavesOf(node.operation.replay({ inputs, options }));
    leavesOf(node.outputs).forEach((symbol, i) => {
      if (symbol instanceof SymbolicTensor) known.set(symbol, outputs[i]);
    });
  }
  return mapTree(graph.outputs, valueOf);
}
