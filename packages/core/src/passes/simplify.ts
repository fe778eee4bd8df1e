/**
 * Local rewrites that keep every bit: operations that change nothing, moves of moves, arithmetic on
 * constants where it is exact. x + 0 is not one of them (−0 + 0 is 0), x · 1 is.
 */
import { mapLoopBodies } from '../graph/bodies.ts';
import type { AnyNode, Aval, Graph, OpAttrs, OpName, ValueId } from '../graph/types.ts';
import { equalLists } from '../ops/primitives/check.ts';
import type { NodeOf } from '../ops/primitives/primitive.ts';
import { foldBinary, foldCast, foldCompare, foldUnary, roundFloat } from './fold.ts';
import { remembered, Rewriter } from './rewriter.ts';

/** The graph after local rewrites, bodies included. */
export const simplify: (graph: Graph) => Graph = remembered((graph) => {
  const pass = new Simplifier(graph);
  for (const node of graph.nodes) pass.visit(node);
  return pass.rewriter.finish();
});

/** A pass in progress: knows which new node made each new value. */
class Simplifier {
  readonly rewriter: Rewriter;
  readonly #makers: (AnyNode | undefined)[] = [];
  /** How often each old value is read. */
  readonly #reads: Int32Array;

  constructor(graph: Graph) {
    this.rewriter = new Rewriter(graph);
    this.#reads = new Int32Array(graph.avals.length);
    for (const { inputs } of graph.nodes) for (const id of inputs) this.#reads[id]!++;
    for (const id of graph.outputs) this.#reads[id]!++;
  }

  visit(node: AnyNode): void {
    const inputs = this.rewriter.mapped(node.inputs);
    const value = this.#rewritten(node, inputs);
    if (value !== undefined) {
      this.rewriter.replace(node, [value]);
      return;
    }
    this.rewriter.copy(node, inputs, mapLoopBodies(node, simplify));
    this.#noteLast();
  }

  #noteLast(): void {
    const { nodes } = this.rewriter.builder;
    const made = nodes[nodes.length - 1]!;
    for (const id of made.outputs) this.#makers[id] = made;
  }

  /** The node that made a value, if it is of this op. */
  #maker<Op extends OpName>(id: ValueId, op: Op): NodeOf<Op> | undefined {
    const node = this.#makers[id];
    return node?.op === op ? (node as NodeOf<Op>) : undefined;
  }

  #aval(id: ValueId): Aval {
    return this.rewriter.builder.aval(id);
  }

  /** The one value that a constant repeats. */
  #constant(id: ValueId): number | undefined {
    const attrs = this.#maker(id, 'full')?.attrs;
    return attrs === undefined ? undefined : roundFloat(attrs.value, attrs.dtype);
  }

  #add<Op extends OpName>(
    node: AnyNode,
    op: Op,
    inputs: readonly ValueId[],
    attrs: OpAttrs[Op],
  ): ValueId {
    const value = this.rewriter.builder.add(op, inputs, attrs, node.source)[0]!;
    this.#noteLast();
    return value;
  }

  #full(node: AnyNode, value: number, like: Aval): ValueId {
    return this.#add(node, 'full', [], { value, shape: like.shape, dtype: like.dtype });
  }

  /** What takes the place of a node's only output; undefined: the node stays. */
  #rewritten(node: AnyNode, inputs: readonly ValueId[]): ValueId | undefined {
    const [x, y] = inputs as [ValueId, ValueId];
    switch (node.op) {
      case 'stopGradient':
        return x;
      case 'unary':
        return this.#unary(node, x);
      case 'binary':
        return this.#binary(node, x, y);
      case 'compare':
        return this.#compare(node, x, y);
      case 'select':
        return this.#select(inputs as [ValueId, ValueId, ValueId]);
      case 'cast':
        return this.#cast(node, x);
      case 'broadcast':
      case 'reshape':
      case 'transpose':
      case 'slice':
      case 'reverse':
        return this.#moved(node, x);
      case 'pad': {
        const { low, high, interior } = node.attrs;
        return isZero(low) && isZero(high) && isZero(interior) ? x : undefined;
      }
      case 'concat':
        return inputs.length === 1 ? x : undefined;
      case 'dot':
        return this.#dot(node, x, y);
      default:
        return undefined;
    }
  }

  #unary(node: NodeOf<'unary'>, x: ValueId): ValueId | undefined {
    const { fn } = node.attrs;
    const inner = this.#maker(x, 'unary');
    if ((fn === 'neg' || fn === 'not') && inner?.attrs.fn === fn) return inner.inputs[0];
    const constant = this.#constant(x);
    if (constant === undefined) return undefined;
    const value = foldUnary(fn, constant, this.#aval(x).dtype);
    return value === undefined ? undefined : this.#full(node, value, this.#aval(x));
  }

  #binary(node: NodeOf<'binary'>, x: ValueId, y: ValueId): ValueId | undefined {
    const { fn } = node.attrs;
    const left = this.#constant(x);
    const right = this.#constant(y);
    const aval = this.#aval(x);
    if (left !== undefined && right !== undefined) {
      const value = foldBinary(fn, left, right, aval.dtype);
      return value === undefined ? undefined : this.#full(node, value, aval);
    }
    const integer = aval.dtype.includes('int');
    switch (fn) {
      case 'mul':
        if (right === 1) return x;
        return left === 1 ? y : undefined;
      case 'div':
        return right === 1 ? x : undefined;
      case 'add':
        // −0 is the float that changes nothing; x + 0 turns −0 into 0.
        if (Object.is(right, -0) || (integer && right === 0)) return x;
        return Object.is(left, -0) || (integer && left === 0) ? y : undefined;
      case 'sub':
        return Object.is(right, 0) || (integer && right === 0) ? x : undefined;
      default:
        return undefined;
    }
  }

  #compare(node: NodeOf<'compare'>, x: ValueId, y: ValueId): ValueId | undefined {
    const left = this.#constant(x);
    const right = this.#constant(y);
    if (left === undefined || right === undefined) return undefined;
    const { shape, dtype } = this.#aval(x);
    if (dtype === 'int64') return undefined;
    return this.#full(node, foldCompare(node.attrs.fn, left, right), { shape, dtype: 'bool' });
  }

  #select([condition, a, b]: [ValueId, ValueId, ValueId]): ValueId | undefined {
    if (a === b) return a;
    const constant = this.#constant(condition);
    if (constant === undefined) return undefined;
    return constant === 0 ? b : a;
  }

  #cast(node: NodeOf<'cast'>, x: ValueId): ValueId | undefined {
    const from = this.#aval(x);
    const { dtype } = node.attrs;
    if (from.dtype === dtype) return x;
    const constant = this.#constant(x);
    if (constant === undefined) return undefined;
    const value = foldCast(constant, from.dtype, dtype);
    return value === undefined ? undefined : this.#full(node, value, { shape: from.shape, dtype });
  }

  /** A product reads its operands in any order: transposing them for it alone is a copy for nothing. */
  #dot(node: NodeOf<'dot'>, x: ValueId, y: ValueId): ValueId | undefined {
    const { contract, batch } = node.attrs;
    if (contract.length !== 1) return undefined;
    const [a, b] = contract[0]!;
    const sides = (side: 0 | 1): number[] => batch.map((pair) => pair[side]);
    const isAlone = (operand: 0 | 1): boolean => this.#reads[node.inputs[operand]!] === 1;
    const left = isAlone(0) ? this.#untransposed(x, a, sides(0)) : undefined;
    const right = isAlone(1) ? this.#untransposed(y, b, sides(1)) : undefined;
    if (left === undefined && right === undefined) return undefined;
    return this.#add(node, 'dot', [left?.source ?? x, right?.source ?? y], {
      ...node.attrs,
      contract: [[left?.contracted ?? a, right?.contracted ?? b]],
    });
  }

  /**
   * What an operand of a product was transposed from: where batches stay in their places, and the axes
   * that remain in the result keep their order.
   */
  #untransposed(
    operand: ValueId,
    contracted: number,
    batch: readonly number[],
  ): { source: ValueId; contracted: number } | undefined {
    const maker = this.#maker(operand, 'transpose');
    if (maker === undefined) return undefined;
    const { permutation } = maker.attrs;
    const remaining = permutation.filter((_, i) => i !== contracted && !batch.includes(i));
    const fits =
      batch.every((axis) => permutation[axis] === axis) &&
      remaining.every((axis, i) => i === 0 || axis > remaining[i - 1]!);
    return fits ? { source: maker.inputs[0]!, contracted: permutation[contracted]! } : undefined;
  }

  /** Moves: those that change nothing, those of constants, and moves of moves. */
  #moved(
    node: NodeOf<'broadcast' | 'reshape' | 'transpose' | 'slice' | 'reverse'>,
    x: ValueId,
  ): ValueId | undefined {
    const result = this.rewriter.resultAval(node);
    const constant = this.#constant(x);
    if (constant !== undefined) return this.#full(node, constant, result);
    const same = equalLists(this.#aval(x).shape, result.shape);
    switch (node.op) {
      case 'slice':
        return same ? x : undefined;
      case 'reverse': {
        const inner = this.#maker(x, 'reverse');
        const undone = inner !== undefined && equalLists(inner.attrs.axes, node.attrs.axes);
        if (undone) return inner.inputs[0];
        return node.attrs.axes.every((axis) => result.shape[axis]! <= 1) ? x : undefined;
      }
      case 'reshape': {
        if (same) return x;
        const inner = this.#maker(x, 'reshape');
        if (inner === undefined) return undefined;
        const origin = inner.inputs[0]!;
        if (equalLists(this.#aval(origin).shape, result.shape)) return origin;
        return this.#add(node, 'reshape', [origin], node.attrs);
      }
      case 'broadcast': {
        if (same) return x;
        const inner = this.#maker(x, 'broadcast');
        if (inner === undefined) return undefined;
        const axes = inner.attrs.axes.map((axis) => node.attrs.axes[axis]!);
        return this.#add(node, 'broadcast', inner.inputs, { shape: result.shape, axes });
      }
      case 'transpose': {
        const { permutation } = node.attrs;
        if (permutation.every((axis, i) => axis === i)) return x;
        const inner = this.#maker(x, 'transpose');
        if (inner === undefined) return undefined;
        const both = permutation.map((axis) => inner.attrs.permutation[axis]!);
        if (both.every((axis, i) => axis === i)) return inner.inputs[0];
        return this.#add(node, 'transpose', inner.inputs, { permutation: both });
      }
    }
  }
}

function isZero(sizes: readonly number[]): boolean {
  return sizes.every((size) => size === 0);
}
