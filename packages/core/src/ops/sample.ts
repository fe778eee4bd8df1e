/**
 * Samples: small inputs for an op, which the conformance suite runs on every backend and compares
 * with the reference. They lie beside their op in `*.samples.ts` and are never part of a program.
 */
import type { DType } from '../dtypes.ts';
import type { OpAttrs, OpName } from '../graph/types.ts';

/**
 * How the values of an operand are drawn: `normal` (mean 0, deviation 1), `uniform` [0, 1),
 * `positive` [0.2, 3), `unit` (−0.9, 0.9), `integers` (−9 … 9, unsigned 0 … 9), `bool`; or the very
 * values in row-major order.
 */
export type SampleValues =
  'normal' | 'uniform' | 'positive' | 'unit' | 'integers' | 'bool' | readonly number[];

/** One operand. */
export interface SampleInput {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: SampleValues;
}

interface SampleOf<Op extends OpName> {
  /** Unique within its op; says what is special. */
  readonly name: string;
  readonly op: Op;
  readonly inputs: readonly SampleInput[];
  readonly attrs: OpAttrs[Op];
  /** Whether its gradient is compared with finite differences (float64 only). */
  readonly gradient: boolean;
}

/** A sample of any op. */
export type OpSample = { [Op in OpName]: SampleOf<Op> }[OpName];

/** An operand. */
export function operand(
  shape: readonly number[],
  dtype: DType = 'float32',
  values: SampleValues = 'normal',
): SampleInput {
  return { shape, dtype, values };
}

/** A sample. */
export function sample<Op extends OpName>(
  op: Op,
  name: string,
  inputs: readonly SampleInput[],
  attrs: OpAttrs[Op],
  gradient: boolean = false,
): OpSample {
  // The op and its attributes belong together; TypeScript loses that in the union.
  return { name, op, inputs, attrs, gradient } as unknown as OpSample;
}
