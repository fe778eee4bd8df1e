/** How far a backend may be from the reference: one table, by dtype and op. Integers are exact. */
import type { AnyNode, DType } from '@addax/core';

/** |actual − expected| ≤ atol + rtol · |expected|. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

const BY_DTYPE: Readonly<Partial<Record<DType, Tolerance>>> = {
  float64: { rtol: 1e-10, atol: 1e-12 },
  float32: { rtol: 2e-6, atol: 1e-6 },
  float16: { rtol: 2e-3, atol: 1e-3 },
  bfloat16: { rtol: 1.6e-2, atol: 8e-3 },
};

/** Ops whose float32 results depend on the order of sums, or on a device's special functions. */
const FACTORS: Readonly<Partial<Record<AnyNode['op'], number>>> = {
  reduce: 8,
  cumulative: 8,
  dot: 10,
  conv: 20,
  convGradInput: 20,
  convGradKernel: 20,
  pool: 8,
  poolGrad: 8,
  scan: 20,
  call: 20,
  unary: 8,
  binary: 8,
};

const EXACT: Tolerance = { rtol: 0, atol: 0 };

/** Tolerance of one op's result. */
export function toleranceOf(op: AnyNode['op'], dtype: DType): Tolerance {
  const base = BY_DTYPE[dtype];
  if (base === undefined) return EXACT;
  const factor = dtype === 'float32' ? (FACTORS[op] ?? 1) : 1;
  return { rtol: base.rtol * factor, atol: base.atol * factor };
}

/** The first element out of tolerance in words, or undefined. */
export function firstDifference(
  actual: readonly number[],
  expected: readonly number[],
  { rtol, atol }: Tolerance,
): string | undefined {
  if (actual.length !== expected.length) {
    return `${actual.length} elements, expected ${expected.length}`;
  }
  for (const [i, wanted] of expected.entries()) {
    const value = actual[i]!;
    if (value === wanted || (Number.isNaN(value) && Number.isNaN(wanted))) continue;
    const near = Math.abs(value - wanted) <= atol + rtol * Math.abs(wanted);
    if (!near || !Number.isFinite(wanted)) return `element ${i} is ${value}, expected ${wanted}`;
  }
  return undefined;
}
