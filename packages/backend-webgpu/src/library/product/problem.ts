/**
 * What a product is, before any kernel is written: two operands read through lists of axes, and
 * where its results go. Matrix products, dense layers and the convolutions with both their gradients
 * are such products; they differ in their axes alone.
 *
 *   out[batch, row, column] = Σ over depth: left[batch, row, depth] · right[batch, column, depth]
 */
import type { DType } from '@addax/core';
import type { Operand } from '../../launch.ts';

/** A number: a parameter word, or WGSL text of a u32 that the prologue computes. */
export type Term = number | string;

/** One axis of a list; the last of a list runs fastest. */
export interface Axis {
  /** Of the outermost axis of a list it is not looked at. */
  readonly size: Term;
  /** Elements between neighbours. May be negative where there is a window. */
  readonly stride: Term;
  /** The coordinate of the window that this axis moves, and by how much. */
  readonly moves?: { readonly coordinate: number; readonly by: Term };
}

/** Elements outside of it count as zero. A coordinate is moved by axes of both lists. */
export interface Window {
  readonly sizes: readonly Term[];
  /** Coordinates where all indices are zero. */
  readonly origins: readonly Term[];
}

/** One operand. */
export interface Side {
  readonly operand: Operand;
  readonly batch: readonly Axis[];
  /** Rows of the left, columns of the right operand. */
  readonly free: readonly Axis[];
  readonly depth: readonly Axis[];
  /** Elements before the first. Text must be a sum of multiples of the strides. */
  readonly base: Term;
  readonly window?: Window;
}

/** Where the results go: the product of all sizes is the number of elements of the output. */
export interface Target {
  readonly operand: Operand;
  readonly batch: readonly Axis[];
  readonly rows: readonly Axis[];
  readonly column: Term;
  readonly base: Term;
  readonly elements: number;
}

/** A product. */
export interface Product {
  readonly label: string;
  readonly dtype: DType;
  readonly left: Side;
  readonly right: Side;
  readonly out: Target;
  /** Of one batch and phase. */
  readonly rows: Term;
  readonly columns: number;
  readonly depth: Term;
  readonly batches: number;
  /** Products of the same kind over other parts of the output: their terms are text. */
  readonly phases?: Phases;
  /** Neighbours in the output are batches, not rows: channels of groups. */
  readonly batchesLast: boolean;
}

/** Parts of one product that differ in what the prologue computes from `phase`. */
export interface Phases {
  readonly count: number;
  /** No phase has more rows, or a greater depth, than this. */
  readonly rows: number;
  readonly depth: number;
  /** Module-scope variables, which terms name. */
  readonly declarations: string;
  /** Statements; `phase` is a u32. `word` gives the text of a parameter. */
  prologue(word: (value: number) => string): string;
}

/** The number, or the greatest it can be. */
export function greatest(term: Term, otherwise: number | undefined): number {
  return typeof term === 'number' ? term : otherwise!;
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let i = shape.length - 1, stride = 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/** The fewest axes that walk the same elements in the same order; at least one. */
export function collapsed(sizes: readonly number[], strides: readonly number[]): Axis[] {
  const axes: { size: number; stride: number }[] = [];
  sizes.forEach((size, i) => {
    if (size === 1) return;
    const last = axes.at(-1);
    if (last !== undefined && last.stride === strides[i] * size) {
      last.size *= size;
      last.stride = strides[i];
    } else {
      axes.push({ size, stride: strides[i] });
    }
  });
  return axes.length === 0 ? [{ size: 1, stride: 0 }] : axes;
}

/** Whether four neighbours along a list lie together at a multiple of four elements. */
export function runsInFours(
  list: readonly Axis[],
  others: readonly (readonly Axis[])[],
  base: Term,
): boolean {
  const inFours = (term: Term): boolean => typeof term === 'string' || term % 4 === 0;
  const last = list.at(-1)!;
  if (last.stride !== 1 || typeof last.size === 'string' || last.size % 4 !== 0) return false;
  if (last.moves !== undefined || !inFours(base)) return false;
  return [list.slice(0, -1), ...others].flat().every(({ stride }) => inFours(stride));
}
