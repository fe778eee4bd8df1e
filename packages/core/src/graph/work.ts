/**
 * How much a graph has to do, as far as shapes tell: backends decide by it what is worth a run of its
 * own, a thread or a condition.
 */
import { sizeOf } from '../ops/primitives/check.ts';
import type { AnyNode, Aval, Graph, ValueId } from './types.ts';

/** What a graph computes in a run. */
export interface Work {
  /** Multiply-adds of matrix products and convolutions. */
  readonly products: number;
  /** Elements of all values that it makes. */
  readonly elements: number;
}

/** Steps that a loop is taken to run whose length its values decide: it is a loop, so not one. */
const STEPS = 16;

/**
 * The work of a graph, with that of its loops and of both sides of its branches.
 *
 * @example
 * const { products, elements } = workOf(graph);
 */
export function workOf(graph: Graph): Work {
  const work = { products: 0, elements: 0 };
  count(graph, work, 1);
  return work;
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
        count(node.attrs.body, work, times * STEPS);
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
