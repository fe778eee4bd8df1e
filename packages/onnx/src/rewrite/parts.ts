/**
 * Sums of parts that do not overlap. The gradient of values that were cut into pieces is a sum of
 * pieces padded with zeros; where the pieces cover everything, it is their concatenation.
 */
import type { AnyNode, Graph, ValueId } from '@addax/core';
import { rebuilt } from './rebuild.ts';

type Pad = Extract<AnyNode, { readonly op: 'pad' }>;

/** A piece and where it begins along the axis. */
interface Piece {
  readonly id: ValueId;
  readonly axis: number;
  readonly start: number;
  readonly size: number;
}

class Sums {
  readonly #graph: Graph;
  readonly #producers = new Map<ValueId, AnyNode>();
  readonly #uses: Uint32Array;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#uses = new Uint32Array(graph.avals.length);
    for (const node of graph.nodes) {
      for (const id of node.outputs) this.#producers.set(id, node);
      for (const id of node.inputs) this.#uses[id]!++;
    }
    for (const id of graph.outputs) this.#uses[id]!++;
  }

  /** The pieces in order, if the node is the sum of pieces that cover the whole of one axis. */
  pieces(node: AnyNode): readonly Piece[] | undefined {
    if (node.op !== 'binary' || node.attrs.fn !== 'add') return undefined;
    const found: Piece[] = [];
    if (!node.inputs.every((id) => this.#collect(id, found))) return undefined;
    const { axis } = found[0]!;
    found.sort((a, b) => a.start - b.start);
    let end = 0;
    for (const piece of found) {
      if (piece.axis !== axis || piece.start !== end) return undefined;
      end += piece.size;
    }
    return end === this.#graph.avals[node.outputs[0]!]!.shape[axis] ? found : undefined;
  }

  #collect(id: ValueId, found: Piece[]): boolean {
    const node = this.#producers.get(id);
    if (node === undefined || this.#uses[id] !== 1) return false;
    if (node.op === 'binary' && node.attrs.fn === 'add') {
      return node.inputs.every((input) => this.#collect(input, found));
    }
    const piece = node.op === 'pad' ? this.#piece(node) : undefined;
    if (piece !== undefined) found.push(piece);
    return piece !== undefined;
  }

  #piece(node: Pad): Piece | undefined {
    const [id, fill] = node.inputs as [ValueId, ValueId];
    const zero = this.#producers.get(fill);
    const { low, high, interior } = node.attrs;
    const isPlain =
      [...low, ...high].every((size) => size >= 0) && interior.every((gap) => gap === 0);
    if (zero?.op !== 'full' || zero.attrs.value !== 0 || !isPlain) return undefined;
    const axes = low.flatMap((before, axis) => (before + high[axis]! > 0 ? [axis] : []));
    const axis = axes[0];
    if (axes.length !== 1 || axis === undefined) return undefined;
    return { id, axis, start: low[axis]!, size: this.#graph.avals[id]!.shape[axis]! };
  }
}

/** The graph with such sums as concatenations. */
export function joinedParts(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op === 'pad')) return graph;
  const sums = new Sums(graph);
  const found = new Map<AnyNode, readonly Piece[]>();
  for (const node of graph.nodes) {
    const pieces = sums.pieces(node);
    if (pieces !== undefined) found.set(node, pieces);
  }
  if (found.size === 0) return graph;
  return rebuilt(graph, (node, builder, mapped) => {
    const pieces = found.get(node);
    if (pieces === undefined) return undefined;
    const parts = mapped(pieces.map(({ id }) => id));
    return builder.add('concat', parts, { axis: pieces[0]!.axis }, node.source);
  });
}
