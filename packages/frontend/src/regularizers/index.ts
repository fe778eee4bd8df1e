/** Regularizers: classes, factories and `regularizers.get`. */
import { learn } from '../identifiers.ts';
import { get as getKnown, KNOWN, type RegularizerLike } from './get.ts';
import { REGULARIZERS } from './names.ts';
import type { Regularizer } from './regularizer.ts';
import {
  L1,
  L1L2,
  type L1Options,
  L2,
  type L2Options,
  type OrthogonalOptions,
  OrthogonalRegularizer,
} from './regularizers.ts';

export type { RegularizerLike, RegularizerName } from './get.ts';
export { Regularizer } from './regularizer.ts';
export * from './regularizers.ts';

/** l1 · Σ|x|. */
export function l1(options: L1Options = {}): L1 {
  return new L1(options);
}

/** l2 · Σx². */
export function l2(options: L2Options = {}): L2 {
  return new L2(options);
}

/** l1 · Σ|x| + l2 · Σx². */
export function l1L2(options: L1Options & L2Options = {}): L1L2 {
  return new L1L2(options);
}

/** Pushes rows or columns towards being orthogonal. */
export function orthogonalRegularizer(options: OrthogonalOptions = {}): OrthogonalRegularizer {
  return new OrthogonalRegularizer(options);
}

/**
 * A regularizer from its name, its configuration or itself; null and undefined give undefined.
 *
 * @throws ArgumentError for an unknown name, listing near ones.
 */
export function get(
  identifier: RegularizerLike | string | null | undefined,
): Regularizer | undefined {
  learn(KNOWN, REGULARIZERS);
  return getKnown(identifier);
}
