/**
 * How much a graph has to do. A run of the runtime costs about as much as a hundred thousand
 * multiply-adds of generated code, and making its session a hundred times that: small graphs, such as
 * most eager operations, are quicker on the host.
 */
import type { AnyNode, Graph } from '@addax/core';
import { workOf } from '@addax/core';

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

function hasBody({ op }: AnyNode): boolean {
  return op === 'scan' || op === 'while' || op === 'cond' || op === 'call';
}
