/** What goes into the emitter and what comes out: the types that backends and export share. */
import type { Aval, ValueId } from '@addax/core';

/**
 * For whom the model is: `portable` uses standard operators only and runs on any execution provider;
 * `cpu` also uses what ONNX Runtime's CPU provider adds (FusedMatMul).
 */
export type Target = 'portable' | 'cpu';

/** The set of operators that models are written in: runtimes of 2024 and later have it. */
export const DEFAULT_OPSET = 21;

/** Output of a model with an ending that is a sequence. */
export const END = 'end';

/** Output of a model with an ending that is the number 1. */
export const DONE = 'done';

/** Options of {@link emit}. */
export interface EmitOptions {
  readonly target: Target;
  /** Version of the standard operator set, 18 to 21 or 23, which has attention. Default 21. */
  readonly opset?: number | undefined;
  /** Names of the graph's inputs, in order. Default `input_0`, … */
  readonly inputNames?: readonly string[] | undefined;
  /** Names of the graph's outputs, in order. Default `output_0`, … */
  readonly outputNames?: readonly string[] | undefined;
  /**
   * Whether the graph's constants stand in the model. If false, those of more than 64 elements
   * become inputs after the graph's own, with `constant` set. Default true.
   */
  readonly embedConstants?: boolean | undefined;
  /**
   * `exact`: inputs and outputs have the ONNX type of their dtype. `runtime`: bfloat16 stands as
   * float32 there, because the runtime's JavaScript tensors have no bfloat16. Default `exact`.
   */
  readonly border?: 'exact' | 'runtime' | undefined;
  /**
   * Threads within an operator that the model will run with. 1 allows the runtime's quick scatter
   * reductions, which lose updates with more. Default: any number.
   */
  readonly threads?: number | undefined;
  /**
   * Whether {@link END} and {@link DONE} stand before the graph's outputs. A runtime that cannot hand
   * over a sequence computes everything and returns nothing. Default false.
   */
  readonly ending?: boolean | undefined;
  /** Name of the graph, for errors and viewers. Default `addax`. */
  readonly label?: string | undefined;
  /** Written into the model's metadata. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** One input or output of an emitted model. */
export interface EmittedValue {
  readonly name: string;
  readonly aval: Aval;
  /** A `TensorProto.DataType`: how the runtime sees the elements. */
  readonly onnxType: number;
  /** For inputs that are constants of the graph (`embedConstants: false`): which. */
  readonly constant?: ValueId | undefined;
}

/** An emitted model. */
export interface EmittedModel {
  /** A serialised `ModelProto`. */
  readonly bytes: Uint8Array;
  /** The graph's inputs in order; an input that nothing reads is there too. */
  readonly inputs: readonly EmittedValue[];
  readonly outputs: readonly EmittedValue[];
  /** Nodes at the top level of the model: each costs the runtime about a microsecond. */
  readonly nodeCount: number;
}
