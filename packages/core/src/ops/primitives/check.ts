/**
 * Checks that shape rules share. They run for every eager operation, so each is a plain loop, and
 * text is made only when something is wrong.
 */
import type { DType } from '../../dtypes.ts';
import { ArgumentError, DTypeError, ShapeError } from '../../errors.ts';
import type { Aval } from '../../graph/types.ts';

/** "[2, 3]". */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** "float32[2, 3]". */
export function showAval(aval: Aval): string {
  return `${aval.dtype}${showShape(aval.shape)}`;
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i]!;
  return size;
}

/** Whether two lists of numbers are equal. */
export function equalLists(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether two abstract values are equal. */
export function equalAvals(a: Aval, b: Aval): boolean {
  return a === b || (a.dtype === b.dtype && equalLists(a.shape, b.shape));
}

/** 0, 1, …, length − 1. */
export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/** Throws unless there are exactly `count` operands. */
export function checkCount(op: string, inputs: readonly Aval[], count: number): void {
  if (inputs.length !== count) {
    throw new ArgumentError(`${op} takes ${count} operand(s) but was given ${inputs.length}`);
  }
}

/** Throws unless all sizes are whole and not negative. */
export function checkShape(op: string, shape: readonly number[]): void {
  for (let i = 0; i < shape.length; i++) {
    const size = shape[i]!;
    if (!(Number.isInteger(size) && size >= 0)) {
      throw new ShapeError(
        `${op}: shape ${showShape(shape)} has the size ${size} on axis ${i}; ` +
          'sizes are whole numbers ≥ 0',
      );
    }
  }
}

/** Throws unless the operands agree in shape. */
export function checkSameShape(op: string, a: Aval, b: Aval): void {
  if (!equalLists(a.shape, b.shape)) {
    throw new ShapeError(
      `${op}: shapes ${showShape(a.shape)} and ${showShape(b.shape)} differ; broadcast them first`,
    );
  }
}

/** Throws unless the operands agree in dtype. */
export function checkSameDType(op: string, a: Aval, b: Aval): void {
  if (a.dtype !== b.dtype) {
    throw new DTypeError(`${op}: dtypes ${a.dtype} and ${b.dtype} differ; cast one of them first`);
  }
}

/** Throws unless the operand has the dtype. */
export function checkDTypeIs(op: string, what: string, aval: Aval, dtype: DType): void {
  if (aval.dtype !== dtype) {
    throw new DTypeError(`${op}: ${what} must be ${dtype} but is ${showAval(aval)}`);
  }
}

/** Throws if the operand is bool. */
export function checkNumeric(op: string, aval: Aval): void {
  if (aval.dtype === 'bool') {
    throw new DTypeError(`${op} takes numbers but was given ${showAval(aval)}; cast it first`);
  }
}

/** Throws unless `axis` is an axis of `shape`, counted from the front. */
export function checkAxis(op: string, axis: number, shape: readonly number[]): void {
  if (!(Number.isInteger(axis) && axis >= 0 && axis < shape.length)) {
    throw new ShapeError(
      `${op}: axis ${axis} is out of range for shape ${showShape(shape)}; ` +
        `expected 0 ≤ axis < ${shape.length}`,
    );
  }
}

/** Throws unless `axes` are distinct axes of `shape` in increasing order. */
export function checkAxes(op: string, axes: readonly number[], shape: readonly number[]): void {
  for (let i = 0; i < axes.length; i++) {
    checkAxis(op, axes[i]!, shape);
    if (i > 0 && axes[i]! <= axes[i - 1]!) {
      throw new ShapeError(`${op}: axes ${showShape(axes)} must increase and not repeat`);
    }
  }
}

/** Throws unless a per-axis attribute has one whole number for each of `rank` axes. */
export function checkPerAxis(
  op: string,
  what: string,
  values: readonly number[],
  rank: number,
  least: number,
): void {
  let valid = values.length === rank;
  for (let i = 0; valid && i < rank; i++) {
    valid = Number.isInteger(values[i]) && values[i]! >= least;
  }
  if (!valid) {
    throw new ShapeError(
      `${op}: ${what} ${showShape(values)} must be ${rank} whole number(s)` +
        (least === -Infinity ? '' : ` ≥ ${least}`),
    );
  }
}

/** `shape` without the axis. */
export function without(shape: readonly number[], axis: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < shape.length; i++) if (i !== axis) result.push(shape[i]!);
  return result;
}
