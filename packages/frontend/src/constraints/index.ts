/** Constraints: classes, factories and `constraints.get`. */
import { type Constructor, type ObjectConfig, resolve } from '../identifiers.ts';
import { Constraint } from './constraint.ts';
import {
  MaxNorm,
  type MaxNormOptions,
  MinMaxNorm,
  type MinMaxNormOptions,
  NonNeg,
  type NormOptions,
  UnitNorm,
} from './constraints.ts';

export { Constraint } from './constraint.ts';
export * from './constraints.ts';

/** Names of the built-in constraints. */
export type ConstraintName = 'maxNorm' | 'minMaxNorm' | 'nonNeg' | 'unitNorm';

/** What options called `…Constraint` take. */
export type ConstraintLike = ConstraintName | Constraint | ObjectConfig;

const TABLE: Readonly<Record<ConstraintName, Constructor<Constraint>>> = {
  maxNorm: MaxNorm,
  minMaxNorm: MinMaxNorm,
  nonNeg: NonNeg,
  unitNorm: UnitNorm,
};

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
  if (identifier === null || identifier === undefined) return undefined;
  return resolve('constraint', TABLE, identifier, (value) => value instanceof Constraint);
}
