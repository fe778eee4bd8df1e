/** Gamma and beta, the learned scale and offset that normalisation layers share. */
import type { ConstraintLike } from '../../constraints/get.ts';
import type { InitializerLike } from '../../initializers/get.ts';
import type { RegularizerLike } from '../../regularizers/get.ts';
import { type WeightRule, weightRule } from '../weight-rule.ts';

/** Options of the factor. */
export interface GammaOptions {
  /** Whether there is a factor, gamma. Default true. */
  readonly scale?: boolean | undefined;
  /** First gamma. Default `'ones'`. */
  readonly gammaInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly gammaRegularizer?: RegularizerLike | null | undefined;
  /** Keeps gamma in a set after each update. Default none. */
  readonly gammaConstraint?: ConstraintLike | null | undefined;
}

/** Options of the offset. */
export interface BetaOptions {
  /** Whether there is an offset, beta. Default true. */
  readonly center?: boolean | undefined;
  /** First beta. Default `'zeros'`. */
  readonly betaInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly betaRegularizer?: RegularizerLike | null | undefined;
  /** Keeps beta in a set after each update. Default none. */
  readonly betaConstraint?: ConstraintLike | null | undefined;
}

/** The rule of gamma. */
export function gammaRule(options: GammaOptions): WeightRule {
  const { gammaInitializer = 'ones', gammaRegularizer, gammaConstraint } = options;
  return weightRule(gammaInitializer, gammaRegularizer, gammaConstraint);
}

/** The rule of beta. */
export function betaRule(options: BetaOptions): WeightRule {
  const { betaInitializer = 'zeros', betaRegularizer, betaConstraint } = options;
  return weightRule(betaInitializer, betaRegularizer, betaConstraint);
}
