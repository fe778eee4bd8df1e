/**
 * Interned avals: one object and one small number per (shape, dtype), so that the eager cache can key
 * on numbers instead of building strings.
 */
import { type DType, DTYPES } from '../dtypes.ts';
import type { Aval } from '../graph/types.ts';

/** An aval with its process-wide number. */
export interface InternedAval extends Aval {
  readonly id: number;
  /** Number of elements. */
  readonly size: number;
}

const tables = new Map<DType, Map<string, InternedAval>>(
  DTYPES.map((dtype): [DType, Map<string, InternedAval>] => [dtype, new Map()]),
);
const known = new WeakMap<Aval, InternedAval>();
let count = 0;

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

/** The one aval object for this shape and dtype. */
export function internAval(shape: readonly number[], dtype: DType): InternedAval {
  const table = tables.get(dtype)!;
  const key = shape.join();
  let found = table.get(key);
  if (found === undefined) {
    const frozen = Object.freeze([...shape]);
    found = Object.freeze({ shape: frozen, dtype, id: ++count, size: sizeOf(shape) });
    table.set(key, found);
    known.set(found, found);
  }
  return found;
}

/** {@link internAval} of an aval, remembered by its identity. */
export function intern(aval: Aval): InternedAval {
  let found = known.get(aval);
  if (found === undefined) {
    found = internAval(aval.shape, aval.dtype);
    known.set(aval, found);
  }
  return found;
}
