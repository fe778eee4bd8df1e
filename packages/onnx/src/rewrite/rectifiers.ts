/**
 * Graph → graph before lowering: forms that the runtime is quicker at. A rectifier becomes a maximum,
 * so that it fuses with the node before; its mask is read off its result, so that its operand need not
 * be kept; and behind max pooling the mask is applied to the smaller, pooled cotangent.
 */
import {
  type AnyNode,
  type Graph,
  GraphBuilder,
  isFloat,
  type OpAttrs,
  type OpName,
  type ValueId,
} from '@addax/core';

type NodeOf<Op extends OpName> = Extract<AnyNode, { readonly op: Op }>;

/** Questions about a graph's values. */
class Analysis {
  readonly graph: Graph;
  readonly #producers = new Map<ValueId, AnyNode>();
  readonly #uses: Uint32Array;

  constructor(graph: Graph) {
    this.graph = graph;
    this.#uses = new Uint32Array(graph.avals.length);
    for (const node of graph.nodes) {
      for (const id of node.outputs) this.#producers.set(id, node);
      for (const id of node.inputs) this.#uses[id]!++;
    }
    for (const id of graph.outputs) this.#uses[id]!++;
  }

  /** The node that gives a value, if it is of this op. */
  by<Op extends OpName>(op: Op, id: ValueId): NodeOf<Op> | undefined {
    const node = this.#producers.get(id);
    return node?.op === op ? (node as NodeOf<Op>) : undefined;
  }

  isZero(id: ValueId): boolean {
    return this.by('full', id)?.attrs.value === 0;
  }

  isUsedOnce(id: ValueId): boolean {
    return this.#uses[id] === 1;
  }

  /** x of `select(x ≤ 0, 0, x)`, if the node is that. */
  rectified(node: AnyNode): ValueId | undefined {
    if (node.op !== 'select') return undefined;
    const [condition, zero, x] = node.inputs as [ValueId, ValueId, ValueId];
    if (!this.isZero(zero) || !isFloat(this.graph.avals[x]!.dtype)) return undefined;
    return this.#isMaskOf(condition, x) ? x : undefined;
  }

  #isMaskOf(condition: ValueId, x: ValueId): boolean {
    const compare = this.by('compare', condition);
    return compare?.attrs.fn === 'le' && compare.inputs[0] === x && this.isZero(compare.inputs[1]!);
  }

  /** The gradient of pooling that a rectifier's mask is applied to, if the node does that. */
  maskedPooling(node: AnyNode): NodeOf<'poolGrad'> | undefined {
    if (node.op !== 'select') return undefined;
    const [condition, zero, ct] = node.inputs as [ValueId, ValueId, ValueId];
    const pooling = this.by('poolGrad', ct);
    if (pooling?.attrs.fn !== 'max' || !this.isUsedOnce(ct) || !this.isZero(zero)) return undefined;
    const rectifier = this.#select(pooling.inputs[0]!);
    const x = rectifier === undefined ? undefined : this.rectified(rectifier);
    return x !== undefined && this.#isMaskOf(condition, x) ? pooling : undefined;
  }

  #select(id: ValueId): AnyNode | undefined {
    return this.by('select', id);
  }
}

/** The graph in the forms that the runtime is quicker at; equal in value. */
export function fusedRectifiers(graph: Graph): Graph {
  const analysis = new Analysis(graph);
  const masks = new Map<ValueId, AnyNode>();
  const poolings = new Map<AnyNode, NodeOf<'poolGrad'>>();
  const dropped = new Set<AnyNode>();
  for (const node of graph.nodes) {
    if (analysis.rectified(node) !== undefined) masks.set(node.inputs[0]!, node);
    const pooling = analysis.maskedPooling(node);
    if (pooling !== undefined) {
      poolings.set(node, pooling);
      dropped.add(pooling);
    }
  }
  return masks.size === 0 ? graph : rebuild(graph, masks, poolings, dropped);
}

function rebuild(
  graph: Graph,
  masks: ReadonlyMap<ValueId, AnyNode>,
  poolings: ReadonlyMap<AnyNode, NodeOf<'poolGrad'>>,
  dropped: ReadonlySet<AnyNode>,
): Graph {
  const builder = new GraphBuilder();
  const map = new Map<ValueId, ValueId>();
  for (const id of graph.inputs) map.set(id, builder.input(graph.avals[id]!));
  for (const [id, data] of graph.constants) {
    map.set(id, builder.constant(graph.avals[id]!, data));
  }
  const add = <Op extends OpName>(
    op: Op,
    inputs: readonly ValueId[],
    attrs: OpAttrs[Op],
    source: string | undefined,
  ): ValueId => builder.add(op, inputs, attrs, source)[0]!;
  const zeroLike = (id: ValueId, source: string | undefined): ValueId =>
    add('full', [], { value: 0, ...builder.aval(id) }, source);

  for (const node of graph.nodes) {
    const mapped = (id: ValueId): ValueId => map.get(id)!;
    const { source } = node;
    const pooling = poolings.get(node);
    const rectifier = masks.get(node.outputs[0]!);
    if (dropped.has(node) || map.has(node.outputs[0]!)) continue;
    if (pooling !== undefined) {
      const [x, y, ct] = pooling.inputs.map(mapped) as [ValueId, ValueId, ValueId];
      const zero = zeroLike(y, source);
      const closed = add('compare', [y, zero], { fn: 'le' }, source);
      const masked = add('select', [closed, zero, ct], {}, source);
      const gradient = add('poolGrad', [x, y, masked], pooling.attrs, pooling.source);
      map.set(node.outputs[0]!, gradient);
      continue;
    }
    if (rectifier !== undefined) {
      // The mask of a rectifier: the rectifier itself comes first, and is asked.
      const x = mapped(node.inputs[0]!);
      const zero = zeroLike(x, source);
      const y = add('binary', [x, zero], { fn: 'max' }, rectifier.source);
      map.set(rectifier.outputs[0]!, y);
      map.set(node.outputs[0]!, add('compare', [y, zero], { fn: 'le' }, source));
      continue;
    }
    const results = node.outputs.map((id) => graph.avals[id]!);
    const inputs = node.inputs.map(mapped);
    const outputs = builder.addInferred<OpName>(node.op, inputs, node.attrs, results, source);
    node.outputs.forEach((id, i) => map.set(id, outputs[i]!));
  }
  return builder.finish(graph.outputs.map((id) => map.get(id)!));
}
