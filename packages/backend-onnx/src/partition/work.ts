/**
 * How much a graph has to do. A run of the runtime costs about as much as a hundred thousand
 * multiply-adds of generated code, and making its session a hundred times that: small graphs, such as
 * most eager operations, are quicker on the host.
 */
import type { AnyNode, Aval, Graph, ValueId } from '@addax/core';
import { sizeOf } from '@addax/core';

/** Multiply-adds up to which a product runs on the host. */
const SMALL_PRODUCT = 2 ** 20;

/** Elements computed up to which a graph of several nodes runs on the host. */
const SMALL_GRAPH = 2 ** 17;

/** Whether a graph runs on the host as a whole. */
export function isSmall(graph: Graph): boolean {
  const work = workOf(graph);
  if (work.products > SMALL_PRODUCT) return false;
  // One pointwise operation moves its bytes once on either side; the runtime would copy them again.
  if (graph.nodes.length <= 1 && !graph.nodes.some(hasBody)) return true;
  return work.products + work.elements <= SMALL_GRAPH;
}

/** Whether a graph is done before a second thread would have been woken up for each node. */
export function isQuick(graph: Graph): boolean {
  const { products, elements } = workOf(graph);
  return products <= SMALL_PRODUCT && elements <= SMALL_PRODUCT;
}

function workOf(graph: Graph): { readonly products: number; readonly elements: number } {
  const work = { products: 0, elements: 0 };
  count(graph, work, 1);
  return work;
}

function hasBody({ op }: AnyNode): boolean {
  return op === 'scan' || op === 'while' || op === 'cond' || op === 'call';
}

/** Adds up the work of a graph that runs `times` times. */
function count(graph: Graph, work: { products: number; elements: number }, times: number): void {
  const elements = (id: ValueId): number => sizeOf(graph.avals[id]!.shape);
  for (const node of graph.nodes) {
    work.products += times * products(node, graph.avals);
    for (const id of node.outputs) work.elements += times * elements(id);
    switch (node.op) {
      case 'scan':
        count(node.attrs.body, work, times * node.attrs.length);
        break;
      case 'while':
        // How often it runs is not known; it is a loop, so not once.
        count(node.attrs.body, work, times * 16);
        break;
      case 'cond':
        count(node.attrs.then, work, times);
        count(node.attrs.else, work, times);
        break;
      case 'call':
        count(node.attrs.body, work, times);
        break;
      default:
    }
  }
}

/** Multiply-adds of one node. */
function products(node: AnyNode, avals: readonly Aval[]): number {
  const shape = (id: ValueId): readonly number[] => avals[id]!.shape;
  switch (node.op) {
    case 'dot': {
      const left = shape(node.inputs[0]!);
      const depth = node.attrs.contract.reduce((product, [axis]) => product * left[axis]!, 1);
      return sizeOf(shape(node.outputs[0]!)) * depth;
    }
    case 'conv':
      return convolution(shape(node.outputs[0]!), shape(node.inputs[1]!));
    case 'convGradInput':
      return convolution(shape(node.inputs[0]!), shape(node.inputs[1]!));
    case 'convGradKernel':
      return convolution(shape(node.inputs[1]!), node.attrs.kernelShape);
    default:
      return 0;
  }
}

/** Every element of y is a sum over a kernel without its last axis. */
function convolution(y: readonly number[], kernel: readonly number[]): number {
  return sizeOf(y) * sizeOf(kernel.slice(0, -1));
}
