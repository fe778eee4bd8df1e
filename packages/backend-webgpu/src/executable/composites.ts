/**
 * Which composites a graph keeps. Where gradients are taken, all give way to their bodies: gradients
 * need values from inside of them, and share those with the forward pass. A graph shows what it is
 * for by the gradients of composites, so all composites come here whole; and they are inlined together,
 * since passes in between would tell apart what gradients and the forward pass share.
 */
import { type AnyNode, type Graph, optimize } from '@addax/core';
import type { Abilities } from '../launch.ts';
import { isNamed } from '../library/composites.ts';

/** Whether a node is the gradient of a composite. */
function isGradient(node: AnyNode): boolean {
  return node.op === 'call' && node.attrs.name.endsWith('Grad');
}

/** The graph with those composites alone that run by name. */
export function settled(graph: Graph, abilities: Abilities): Graph {
  const isTraining = some(graph, (node) => isGradient(node));
  const keeps = (node: AnyNode, { avals }: Pick<Graph, 'avals'>): boolean =>
    !isTraining && isNamed(node, avals, abilities);
  if (!some(graph, (node, within) => node.op === 'call' && !keeps(node, within))) return graph;
  return optimize(graph, (node, avals) => keeps(node, { avals }));
}

/** Whether a node of the graph, or of the bodies of its loops, is one that is looked for. */
function some(graph: Graph, isWanted: (node: AnyNode, within: Graph) => boolean): boolean {
  return graph.nodes.some(
    (node) => isWanted(node, graph) || loopBodies(node).some((body) => some(body, isWanted)),
  );
}

function loopBodies(node: AnyNode): readonly Graph[] {
  switch (node.op) {
    case 'scan':
      return [node.attrs.body];
    case 'cond':
      return [node.attrs.then, node.attrs.else];
    case 'while':
      return [node.attrs.cond, node.attrs.body];
    default:
      return [];
  }
}
