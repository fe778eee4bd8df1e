/**
 * Regularizers by name. Here are the common ones; `names.ts` has all, which programs that must be small
 * leave out.
 */
import { commonNames, type Constructor, type ObjectConfig, resolve } from '../identifiers.ts';
import { Regularizer } from './regularizer.ts';
import { L1, L1L2, L2 } from './regularizers.ts';

/** Names of the built-in regularizers. */
export type RegularizerName = 'l1' | 'l2' | 'l1L2' | 'l1l2' | 'orthogonalRegularizer';

/** What options called `…Regularizer` take. */
export type RegularizerLike = RegularizerName | Regularizer | ObjectConfig;

/** Regularizers that are known by name. */
export const KNOWN: Readonly<Record<string, Constructor<Regularizer>>> = commonNames<
  Constructor<Regularizer>
>({ l1: L1, l2: L2, l1L2: L1L2, l1l2: L1L2 });

/**
 * A regularizer from its name, its configuration or itself; null and undefined give undefined.
 *
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(
  identifier: RegularizerLike | string | null | undefined,
): Regularizer | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  return resolve('regularizer', KNOWN, identifier, (value) => value instanceof Regularizer);
}
