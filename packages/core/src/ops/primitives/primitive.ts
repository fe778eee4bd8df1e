/**
 * The shape of an op's one entry: what it is called, what its result looks like, how its gradient is
 * made. Rules receive the primitive functions instead of importing them, so that this table stands
 * below tracing and can be read by it.
 */
import type { AnyNode, Aval, Graph, OpAttrs, OpName } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type * as functions from './functions.ts';

/** The primitive functions, as rules use them. */
export type PrimitiveFunctions = typeof functions;

/** What a gradient rule may use. */
export interface VjpContext<Op extends OpName> {
  readonly attrs: OpAttrs[Op];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** One per output; undefined where nothing depends on that output. At least one is defined. */
  readonly cotangents: readonly (Tensor | undefined)[];
  /** Which inputs need a cotangent; a rule may skip the others. */
  readonly needs: readonly boolean[];
  readonly ops: PrimitiveFunctions;
  /**
   * The vjp of a body: inputs are the body's inputs, then the cotangents of the outputs listed in
   * `outputs`; outputs are the cotangents of the inputs listed in `inputs`.
   */
  readonly vjpOf: (body: Graph, inputs: readonly number[], outputs: readonly number[]) => Graph;
  /** A new graph from a function over its inputs. */
  readonly trace: (avals: readonly Aval[], fn: (inputs: Tensor[]) => readonly Tensor[]) => Graph;
  /** Binds every node of a graph again where we are. */
  readonly replay: (graph: Graph, inputs: readonly Tensor[]) => Tensor[];
}

/** Cotangent per input; undefined is zero. */
export type Cotangents = readonly (Tensor | undefined)[];

/** One primitive of the op table. */
export interface Primitive<Op extends OpName> {
  /** One line for the generated op table. */
  readonly doc: string;
  /** The gradient in words, for the generated op table. */
  readonly gradient: string;
  /** Result avals; throws ShapeError or DTypeError for operands that do not fit. */
  shape(inputs: readonly Aval[], attrs: OpAttrs[Op]): readonly Aval[];
  /** Absent: the op has no gradient (integer results, constants). */
  readonly vjp?: (context: VjpContext<Op>) => Cotangents;
}

/** Narrows a node's attributes by its op. */
export type NodeOf<Op extends OpName> = Extract<AnyNode, { readonly op: Op }>;
