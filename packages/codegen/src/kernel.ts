/**
 * Kernel programs: a small typed statement and expression language for loop nests. Lowering writes
 * it, a printer turns it into the text of some language through a dialect table, and an interpreter
 * can walk it where no text may be compiled. It knows nothing of graphs.
 */
import type { BinaryFn, CompareFn, DType, UnaryFn } from '@addax/core';

/** A position in a buffer: offset + Σ loops[l] · loop l + Σ stride · local. */
export interface Form {
  readonly offset: number;
  /** One coefficient per loop of the kernel. */
  readonly loops: readonly number[];
  /** Parts computed at run time (gathered indices). */
  readonly terms: readonly Term[];
}

/** A computed part of a {@link Form}: an int32 local times a constant. */
export interface Term {
  readonly local: number;
  readonly stride: number;
}

/** A value inside a kernel. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: number; readonly dtype: DType }
  | { readonly kind: 'local'; readonly local: number; readonly dtype: DType }
  | { readonly kind: 'load'; readonly buffer: number; readonly index: Form; readonly dtype: DType }
  /** A position as a number: what `iota` gives. */
  | { readonly kind: 'position'; readonly index: Form; readonly dtype: DType }
  /** `dtype` is the operand's; the result has it too, except for tests (isNan), which give bool. */
  | {
      readonly kind: 'unary';
      readonly fn: UnaryFn;
      readonly x: Expression;
      readonly dtype: DType;
    }
  | {
      readonly kind: 'binary';
      readonly fn: BinaryFn;
      readonly a: Expression;
      readonly b: Expression;
      readonly dtype: DType;
    }
  /** `dtype` is the operands'; the result is bool. */
  | {
      readonly kind: 'compare';
      readonly fn: CompareFn;
      readonly a: Expression;
      readonly b: Expression;
      readonly dtype: DType;
    }
  | {
      readonly kind: 'select';
      readonly condition: Expression;
      readonly a: Expression;
      readonly b: Expression;
      readonly dtype: DType;
    }
  | { readonly kind: 'cast'; readonly x: Expression; readonly from: DType; readonly to: DType }
  | { readonly kind: 'bitcast'; readonly x: Expression; readonly from: DType; readonly to: DType };

/** A step of a kernel. */
export type Statement =
  | {
      readonly kind: 'loop';
      readonly loop: number;
      readonly size: number;
      readonly body: readonly Statement[];
    }
  /** An immutable local. */
  | {
      readonly kind: 'let';
      readonly local: number;
      readonly dtype: DType;
      readonly value: Expression;
    }
  /** A mutable local. */
  | {
      readonly kind: 'declare';
      readonly local: number;
      readonly dtype: DType;
      readonly value: Expression;
    }
  | { readonly kind: 'assign'; readonly local: number; readonly value: Expression }
  | {
      readonly kind: 'store';
      readonly buffer: number;
      readonly index: Form;
      readonly value: Expression;
      readonly dtype: DType;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    };

/** How a kernel uses a buffer. Scratch belongs to one launch. */
export type BufferUse = 'read' | 'write' | 'scratch';

/** A buffer parameter of a kernel. */
export interface KernelBuffer {
  readonly use: BufferUse;
  readonly dtype: DType;
  /** Elements. */
  readonly length: number;
  /**
   * Every read of an element happens in the iteration that writes that element of the outputs, so
   * an output of this size may share its memory.
   */
  readonly aligned: boolean;
}

/** What a reduction loop accumulates, for printers that share the loop among threads. */
export type Accumulator =
  /** local = fn(local, element), associative; every thread starts at the declared value. */
  | {
      readonly kind: 'fold';
      readonly local: number;
      readonly dtype: DType;
      readonly fn: BinaryFn;
    }
  /** The first extreme element and its position; NaN is more extreme than any number. */
  | {
      readonly kind: 'extreme';
      readonly best: number;
      readonly position: number;
      readonly dtype: DType;
      readonly fn: 'gt' | 'lt';
    };

/** A reduction inside a kernel whose accumulators are locals. */
export interface Reduction {
  /** Loops from the outer to the inner one. */
  readonly loops: readonly number[];
  readonly accumulators: readonly Accumulator[];
}

/** One launch: a loop nest over buffers. */
export interface Kernel {
  readonly buffers: readonly KernelBuffer[];
  readonly loops: number;
  readonly body: readonly Statement[];
  /**
   * One flat loop over all of the first written buffer: the printer may take the bound from the
   * buffer, so that one text serves every size.
   */
  readonly flat: boolean;
  /** Its reductions, if their accumulators are locals. */
  readonly reductions?: readonly Reduction[];
}
