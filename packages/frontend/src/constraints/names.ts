/** All constraints by name. */
import type { Constructor } from '../identifiers.ts';
import type { Constraint } from './constraint.ts';
import { MaxNorm, MinMaxNorm, NonNeg, UnitNorm } from './constraints.ts';
import type { ConstraintName } from './get.ts';

/** Built-in constraints by name. */
export const CONSTRAINTS: Readonly<Record<ConstraintName, Constructor<Constraint>>> = {
  maxNorm: MaxNorm,
  minMaxNorm: MinMaxNorm,
  nonNeg: NonNeg,
  unitNorm: UnitNorm,
};
