/**
 * Kernel programs as WGSL: what a printed kernel is, and what the printer is told. Every size,
 * stride, offset and literal is a parameter word, so that kernels of one structure are one text
 * whatever their shapes.
 *
 * In the text, binding i of group 0 is `b<i>`; the uniform `p` of group 1 holds first the element
 * offset of each binding, then the parameters.
 */

import type { BinaryFn, CompareFn, DType, UnaryFn } from '@addax/core';
import type { TestFn } from '../print/dialect.ts';

/**
 * Texts of functions on values, which are f32, i32 or u32 as their dtype is stored; a bool value is a
 * u32 0 or 1. `test` and `compare` give conditions.
 */
export interface WgslFunctions {
  readonly unary: Readonly<Record<Exclude<UnaryFn, TestFn>, (x: string, dtype: DType) => string>>;
  readonly test: Readonly<Record<TestFn, (x: string, dtype: DType) => string>>;
  readonly binary: Readonly<Record<BinaryFn, (a: string, b: string, dtype: DType) => string>>;
  readonly compare: Readonly<Record<CompareFn, (a: string, b: string, dtype: DType) => string>>;
  cast(x: string, from: DType, to: DType): string;
  bitcast(x: string, from: DType, to: DType): string;
}

/** A binding and what it stands for. */
export interface WgslBinding {
  /** `write` is `read_write` in the text. */
  readonly use: 'read' | 'write';
  /** Its elements are `f16`, and its offset counts these; all others take a word. */
  readonly isHalf: boolean;
  /** Buffers of the kernel that lie in this memory; its offset is that of the first. */
  readonly buffers: readonly number[];
}

/** What the printer must know of memory and device. */
export interface WgslOptions {
  /**
   * For each buffer the first buffer in the same memory: itself, if there is none before it. Buffers
   * of `f16` share memory with their like only.
   */
  readonly aliases: readonly number[];
  /**
   * For each buffer whether it starts elsewhere than the first buffer in its memory. Such a buffer
   * has an offset word of its own. Default: none does.
   */
  readonly apart?: readonly boolean[];
  /**
   * For each buffer whether it always starts at a multiple of four elements, and nothing else lives
   * in its memory before the next such multiple behind its end.
   */
  readonly aligned: readonly boolean[];
  /** Whether float16 is `f16` in memory; else it is f32 there too. Default false. */
  readonly halfFloats?: boolean;
  /** Threads that a workgroup may have, at least 64. */
  readonly maxThreads: number;
  /**
   * Whether workgroup memory is worth its barriers. Where it is not, since a CPU plays the GPU, threads
   * share only long reductions and those to few results. Default true.
   */
  readonly workgroupTiles?: boolean;
  /**
   * Words come from a table in storage (the last binding, see `batchTable`) instead of the uniform,
   * and every workgroup looks up what it works on: kernels of one text over packed memory are one
   * launch. Its uniform holds an offset word per binding, of which only the table's is read, and the
   * number of workgroups of all segments.
   */
  readonly batched?: boolean;
}

/** What the printer of chains is told; buffers are numbered on from kernel to kernel. */
export type WgslChainOptions = Pick<WgslOptions, 'aliases' | 'apart' | 'halfFloats' | 'maxThreads'>;

/** A printed kernel. */
export interface WgslKernel {
  readonly code: string;
  /** Without the table of a batched kernel, which is the binding behind these. */
  readonly bindings: readonly WgslBinding[];
  /** Words behind the offsets of the bindings. */
  readonly params: Uint32Array;
  /** Buffers that lie apart: their offsets are the first words of `params`, to be filled in. */
  readonly apart: readonly number[];
  /** Workgroups needed in all. */
  readonly workgroups: number;
  /** The grid, with at most this many workgroups per dimension. */
  groups(maxGroups: number): readonly [x: number, y: number, z: number];
}

/** What the printer of epilogues is told. */
export interface EpilogueOptions {
  /** The buffer whose elements the caller supplies. */
  readonly supplied: number;
  readonly aliases: readonly number[];
  readonly apart?: readonly boolean[];
  readonly halfFloats?: boolean;
}

/** A kernel as a function that another kernel calls with each element of its result. */
export interface WgslEpilogue {
  readonly bindings: readonly WgslBinding[];
  readonly params: Uint32Array;
  readonly apart: readonly number[];
  /**
   * Declarations of the bindings, from number `binding` on, and of
   * `fn finish(index: u32, value: f32)`. Offsets are at word `binding`, parameters at word `word`.
   */
  text(binding: number, word: number): string;
}
