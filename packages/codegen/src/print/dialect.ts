/**
 * What a printer must know of a language: one small table. The records are exhaustive over the op
 * table, so a dialect that forgot a function does not compile. Functions take texts and give texts.
 *
 * A bool is a number (0 or 1) when it is a value and a condition when it steers; `compare`, `isNan`
 * and `isFinite` give conditions, `truth` makes a value of one, `holds` a condition of a value.
 */
import type { BinaryFn, CompareFn, DType, UnaryFn } from '@addax/core';
import type { KernelBuffer } from '../kernel.ts';

/** One-argument functions whose result is a condition. */
export type TestFn = 'isNan' | 'isFinite';

/** A target language. */
export interface Dialect {
  readonly unary: Readonly<Record<Exclude<UnaryFn, TestFn>, (x: string, dtype: DType) => string>>;
  readonly test: Readonly<Record<TestFn, (x: string) => string>>;
  readonly binary: Readonly<Record<BinaryFn, (a: string, b: string, dtype: DType) => string>>;
  readonly compare: Readonly<Record<CompareFn, (a: string, b: string) => string>>;
  select(condition: string, a: string, b: string): string;
  /** A float32 x as `x <= 0 ? 0 : x`: so common and so unpredictable that it has its own word. */
  rectify(x: string): string;
  cast(x: string, from: DType, to: DType): string;
  bitcast(x: string, from: DType, to: DType): string;
  literal(value: number, dtype: DType): string;
  load(buffer: string, index: string, dtype: DType): string;
  truth(condition: string): string;
  holds(value: string): string;
  readonly both: (a: string, b: string) => string;
  readonly either: (a: string, b: string) => string;
  readonly negate: (condition: string) => string;
  /** Elements of a buffer. */
  length(buffer: string): string;

  /** Lines of statements. */
  immutable(name: string, dtype: DType, value: string): string;
  mutable(name: string, dtype: DType, value: string): string;
  assign(name: string, value: string): string;
  store(buffer: string, index: string, value: string, dtype: DType): string;
  loop(counter: string, size: string): string;
  if(condition: string): string;
  readonly else: string;
  readonly end: string;
  /** A whole kernel; `buffers` beside `parameters`. */
  kernel(
    name: string,
    parameters: readonly string[],
    buffers: readonly KernelBuffer[],
    body: string,
  ): string;
}
