/**
 * Builds a graph node by node: gives every value its number and its aval by the shape rule. Arrays
 * grow in place; nothing is copied per node.
 */
import type { HostArray } from '../dtypes.ts';
import { ArgumentError } from '../errors.ts';
import { PRIMITIVES } from '../ops/primitives/table.ts';
import type { AnyNode, Aval, Graph, OpAttrs, OpName, ValueId } from './types.ts';

export class GraphBuilder {
  readonly avals: Aval[] = [];
  readonly inputs: ValueId[] = [];
  readonly constants: Map<ValueId, HostArray> = new Map<ValueId, HostArray>();
  readonly nodes: AnyNode[] = [];

  #value(aval: Aval): ValueId {
    this.avals.push(aval);
    return this.avals.length - 1;
  }

  /** A further input of the graph. */
  input(aval: Aval): ValueId {
    const id = this.#value(aval);
    this.inputs.push(id);
    return id;
  }

  /** A value that is known while building. */
  constant(aval: Aval, data: HostArray): ValueId {
    const id = this.#value(aval);
    this.constants.set(id, data);
    return id;
  }

  /** The abstract value of an id. */
  aval(id: ValueId): Aval {
    const aval = this.avals[id];
    if (aval === undefined) throw new ArgumentError(`the graph has no value %${id}`);
    return aval;
  }

  /** Adds a node and gives the ids of its outputs. */
  add<Op extends OpName>(
    op: Op,
    inputs: readonly ValueId[],
    attrs: OpAttrs[Op],
    source?: string,
  ): readonly ValueId[] {
    const operands: Aval[] = [];
    for (let i = 0; i < inputs.length; i++) operands.push(this.aval(inputs[i]!));
    return this.addInferred(op, inputs, attrs, PRIMITIVES[op].shape(operands, attrs), source);
  }

  /** {@link add} for callers that ran the shape rule already. */
  addInferred<Op extends OpName>(
    op: Op,
    inputs: readonly ValueId[],
    attrs: OpAttrs[Op],
    results: readonly Aval[],
    source?: string,
  ): readonly ValueId[] {
    const outputs: ValueId[] = [];
    for (let i = 0; i < results.length; i++) outputs.push(this.#value(results[i]!));
    // A node of one op is a node of any op; TypeScript cannot see that through the generic.
    this.nodes.push({ op, inputs, outputs, attrs, source } as unknown as AnyNode);
    return outputs;
  }

  /** The graph. The builder must not be used afterwards. */
  finish(outputs: readonly ValueId[]): Graph {
    for (const id of outputs) this.aval(id);
    const { avals, inputs, constants, nodes } = this;
    return { avals, inputs, constants, nodes, outputs };
  }
}
