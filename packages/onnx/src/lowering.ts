/** What a lowering is given and what it gives; every op has one, in the table of its family. */
import type { Aval, Graph, OpAttrs, OpName, PoolAttrs } from '@addax/core';
import type { Cut } from './facts.ts';
import type { Scope } from './scope.ts';
import type { Value } from './value.ts';

/** What a lowering may use. */
export interface Lowering<Op extends OpName> {
  readonly scope: Scope;
  readonly attrs: OpAttrs[Op];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Aval[];
  /** Per input, whether this node is the only one to read it. */
  readonly lastReader: readonly boolean[];
  /** Whether the graph also holds the gradient of this pooling. */
  readonly hasGradient: boolean;
  /** The pooling that this convolution is for, if it can be written in its phases. */
  readonly phasesFor: PoolAttrs | undefined;
  /** Of a slice: the pieces that it and others cut their operand into. */
  readonly cut: Cut | undefined;
  /** Writes a body's nodes into a scope and gives the values of its outputs. */
  readonly lowerGraph: (scope: Scope, graph: Graph, inputs: readonly Value[]) => Value[];
}

/** Writes the nodes of one op and gives its values, one per output. */
export type Lower<Op extends OpName> = (context: Lowering<Op>) => readonly Value[];

/** A table of lowerings for some ops; TypeScript refuses a hole. */
export type Lowerings<Op extends OpName> = { readonly [Name in Op]: Lower<Name> };
