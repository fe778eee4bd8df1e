/** Which loops may run four iterations at a time. */
import type { BinaryFn, DType } from '@addax/core';
import type { Expression, Kernel, Statement } from '../kernel.ts';
import { fitsLanes } from './lanes.ts';

/** local ← fn(local, x): a total that a loop adds to. */
export interface Reduction {
  readonly local: number;
  readonly fn: BinaryFn;
  readonly x: Expression;
  readonly dtype: DType;
}

/** The reduction that an assignment is, if it is one. */
export function reductionOf(
  statement: Extract<Statement, { readonly kind: 'assign' }>,
): Reduction | undefined {
  const { local, value } = statement;
  if (value.kind !== 'binary' || value.a.kind !== 'local' || value.a.local !== local) return;
  return { local, fn: value.fn, x: value.b, dtype: value.dtype };
}

/**
 * Whether a loop may run four iterations at a time: no loops and branches inside, values that fit
 * lanes, neighbours written to neighbours.
 */
export function vectorizes(
  { loop, body }: Extract<Statement, { readonly kind: 'loop' }>,
  kernel: Kernel,
): boolean {
  const totals = new Set<number>();
  for (const statement of body) {
    if (statement.kind === 'assign') {
      const reduction = reductionOf(statement);
      if (reduction === undefined || !fitsLanes(reduction.dtype)) return false;
      totals.add(statement.local);
    }
  }
  return (
    body.every((statement) => {
      switch (statement.kind) {
        case 'let':
          return fitsLanes(statement.dtype) && fits(statement.value, totals);
        case 'assign':
          return fits(reductionOf(statement)!.x, totals);
        case 'store':
          return (
            fitsLanes(statement.dtype) &&
            statement.index.loops[loop] === 1 &&
            statement.index.terms.length === 0 &&
            fits(statement.value, totals)
          );
        default:
          return false;
      }
    }) && kernel.buffers.every(({ dtype }) => fitsLanes(dtype))
  );
}

/** Whether an expression can be computed in lanes; running totals are known after the loop only. */
function fits(expression: Expression, totals: ReadonlySet<number>): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'position':
      return fitsLanes(expression.dtype);
    case 'load':
      return fitsLanes(expression.dtype);
    case 'local':
      return fitsLanes(expression.dtype) && !totals.has(expression.local);
    case 'unary':
      return fitsLanes(expression.dtype) && fits(expression.x, totals);
    case 'binary':
    case 'compare':
      return (
        fitsLanes(expression.dtype) && fits(expression.a, totals) && fits(expression.b, totals)
      );
    case 'select':
      return [expression.condition, expression.a, expression.b].every((x) => fits(x, totals));
    case 'cast':
    case 'bitcast':
      return fitsLanes(expression.from) && fitsLanes(expression.to) && fits(expression.x, totals);
  }
}
