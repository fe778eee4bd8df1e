/** The graphs inside nodes: bodies of loops, branches and composites. */
import type { AnyNode, Graph } from './types.ts';

/** The bodies of a node, in a fixed order; none for most ops. */
export function bodiesOf(node: AnyNode): readonly Graph[] {
  switch (node.op) {
    case 'scan':
      return [node.attrs.body];
    case 'cond':
      return [node.attrs.then, node.attrs.else];
    case 'while':
      return [node.attrs.cond, node.attrs.body];
    case 'call':
      return node.attrs.grad === undefined ? [node.attrs.body] : [node.attrs.body, node.attrs.grad];
    default:
      return [];
  }
}

/** The node's attributes with every body of a loop or branch changed; composites keep theirs. */
export function mapLoopBodies(node: AnyNode, change: (body: Graph) => Graph): AnyNode['attrs'] {
  switch (node.op) {
    case 'scan': {
      const body = change(node.attrs.body);
      return body === node.attrs.body ? node.attrs : { ...node.attrs, body };
    }
    case 'cond':
      return { then: change(node.attrs.then), else: change(node.attrs.else) };
    case 'while': {
      const { cond, body, constants } = node.attrs;
      return { cond: change(cond), body: change(body), constants };
    }
    default:
      return node.attrs;
  }
}
