/** Constraints: classes, factories and `constraints.get`. */
import { learn } from '../identifiers.ts';
import type { Constraint } from './constraint.ts';
import {
  MaxNorm,
  type MaxNormOptions,
  MinMaxNorm,
  type MinMaxNormOptions,
  NonNeg,
  type NormOptions,
  UnitNorm,
} from './constraints.ts';
import { type ConstraintLike, get as getKnown, KNOWN } from './get.ts';
import { CONSTRAINTS } from './names.ts';

export type { ConstraintLike, ConstraintName } from './get.ts';
export { Constraint } from './constraint.ts';
export * from './constraints.ts';

/** Keeps norms at or below `maxValue`. */
export function maxNorm(options: MaxNormOptions = {}): MaxNorm {
  return new MaxNorm(options);
}

/** Keeps norms between two values. */
export function minMaxNorm(options: MinMaxNormOptions = {}): MinMaxNorm {
  return new MinMaxNorm(options);
}

/** Keeps weights at or above zero. */
export function nonNeg(): NonNeg {
  return new NonNeg();
}

/** Keeps norms at one. */
export function unitNorm(options: NormOptions = {}): UnitNorm {
  return new UnitNorm(options);
}

/**
 * A constraint from its name, its configuration or itself; null and undefined give undefined.
 *
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(
  identifier: ConstraintLike | string | null | undefined,
): Constraint | undefined {
  learn(KNOWN, CONSTRAINTS);
  return getKnown(identifier);
}
