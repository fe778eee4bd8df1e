/**
 * What the lowering of a library op is given: where its operands are, room to work in, and how to
 * launch kernels. Lowering happens once, when a graph is compiled; a run only replays its launches.
 */
import type { AnyNode, Aval, OpName } from '@addax/core';
import type { Abilities, BindingUse, Groups, Operand, Shader } from '../launch.ts';

/** A node that is being lowered. */
export interface Call {
  /** Of all values of the graph, by id. */
  readonly avals: readonly Aval[];
  readonly abilities: Abilities;
  /** The first output lies in the memory of the operand that `inPlaceOperand` names. */
  readonly inPlace: boolean;
  /** Memory of operand i. */
  input(i: number): Operand;
  /** Memory of output i. */
  output(i: number): Operand;
  /** Memory of this many words, for this call alone; holds anything at first. */
  scratch(words: number): Operand;
  /** Whether the operand always starts at a multiple of four words, as vec4 needs. */
  isAligned(operand: Operand): boolean;
  /**
   * What is to be done with each element of the first output; kernels that can call `finish` do,
   * and say so by `fuses` in their library entry. Undefined: store it.
   */
  readonly epilogue: Epilogue | undefined;
  launch(
    shader: Shader,
    operands: readonly Operand[],
    params: readonly number[] | Uint32Array,
    groups: Groups,
  ): void;
}

/** A fused kernel that takes each element of a result instead of reading it from memory. */
export interface Epilogue {
  readonly bindings: readonly BindingUse[];
  /** Which of them are arrays of f16. Default: none. */
  readonly halves?: readonly boolean[];
  readonly operands: readonly Operand[];
  readonly params: readonly number[];
  /**
   * Declarations of its bindings (from number `binding` on) and of `fn finish(index: u32, value: f32)`,
   * whose parameters start at word `word` of the uniform, its offsets at word `binding`.
   */
  text(binding: number, word: number): string;
}

/** Writes the launches of a node. */
export type Lowering<Op extends OpName> = (
  node: Extract<AnyNode, { readonly op: Op }>,
  call: Call,
) => void;
