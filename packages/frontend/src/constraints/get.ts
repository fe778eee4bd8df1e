/**
 * Constraints by name. Here is the common one; `names.ts` has all, which programs that must be small
 * leave out.
 */
import { commonNames, type Constructor, type ObjectConfig, resolve } from '../identifiers.ts';
import { Constraint } from './constraint.ts';
import { NonNeg } from './constraints.ts';

/** Names of the built-in constraints. */
export type ConstraintName = 'maxNorm' | 'minMaxNorm' | 'nonNeg' | 'unitNorm';

/** What options called `…Constraint` take. */
export type ConstraintLike = ConstraintName | Constraint | ObjectConfig;

/** Constraints that are known by name. */
export const KNOWN: Readonly<Record<string, Constructor<Constraint>>> = commonNames<
  Constructor<Constraint>
>({ nonNeg: NonNeg });

/**
 * A constraint from its name, its configuration or itself; null and undefined give undefined.
 *
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(
  identifier: ConstraintLike | string | null | undefined,
): Constraint | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  return resolve('constraint', KNOWN, identifier, (value) => value instanceof Constraint);
}
