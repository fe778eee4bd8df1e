/**
 * How a weight starts, what it costs and where it is kept: three options that every layer with
 * weights takes per weight (`kernelInitializer`, `kernelRegularizer`, `kernelConstraint` …).
 */
import * as constraints from '../constraints/get.ts';
import type { Constraint, ConstraintLike } from '../constraints/index.ts';
import * as initializers from '../initializers/get.ts';
import type { Initializer, InitializerLike } from '../initializers/index.ts';
import * as regularizers from '../regularizers/get.ts';
import type { Regularizer, RegularizerLike } from '../regularizers/index.ts';

/** The three options of one weight, resolved; spread it into `addWeight`. */
export interface WeightRule {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | undefined;
  readonly constraint: Constraint | undefined;
}

/** Options of a kernel. */
export interface KernelOptions {
  /** Draws the first kernel. Default `'glorotUniform'`. */
  readonly kernelInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly kernelRegularizer?: RegularizerLike | null | undefined;
  /** Keeps the kernel in a set after each update. Default none. */
  readonly kernelConstraint?: ConstraintLike | null | undefined;
}

/** Options of a bias. */
export interface BiasOptions {
  /** Whether there is a bias. Default true. */
  readonly useBias?: boolean | undefined;
  /** Draws the first bias. Default `'zeros'`. */
  readonly biasInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly biasRegularizer?: RegularizerLike | null | undefined;
  /** Keeps the bias in a set after each update. Default none. */
  readonly biasConstraint?: ConstraintLike | null | undefined;
}

/** Resolves the options of one weight. */
export function weightRule(
  initializer: InitializerLike,
  regularizer: RegularizerLike | null | undefined,
  constraint: ConstraintLike | null | undefined,
): WeightRule {
  return {
    initializer: initializers.get(initializer),
    regularizer: regularizers.get(regularizer),
    constraint: constraints.get(constraint),
  };
}

/** {@link weightRule} of a kernel. */
export function kernelRule(options: KernelOptions): WeightRule {
  const { kernelInitializer = 'glorotUniform', kernelRegularizer, kernelConstraint } = options;
  return weightRule(kernelInitializer, kernelRegularizer, kernelConstraint);
}

/** {@link weightRule} of a bias. */
export function biasRule(options: BiasOptions): WeightRule {
  const { biasInitializer = 'zeros', biasRegularizer, biasConstraint } = options;
  return weightRule(biasInitializer, biasRegularizer, biasConstraint);
}

/** The options that a rule came from, for `getConfig`. */
export function ruleConfig(weight: string, rule: WeightRule): Record<string, unknown> {
  return {
    [`${weight}Initializer`]: rule.initializer,
    [`${weight}Regularizer`]: rule.regularizer ?? null,
    [`${weight}Constraint`]: rule.constraint ?? null,
  };
}

/** The options without those that rules came from: what is left for the base of all layers. */
export function withoutRules<T extends object>(options: T, ...weights: readonly string[]): T {
  const rest = { ...options } as Record<string, unknown>;
  for (const weight of weights) {
    for (const kind of ['Initializer', 'Regularizer', 'Constraint']) delete rest[weight + kind];
  }
  return rest as T;
}

/** The options of a rule, with a new initializer: one that draws at random draws something else. */
export function freshConfig(weight: string, rule: WeightRule): Record<string, unknown> {
  const make = rule.initializer.constructor as new (options: object) => Initializer;
  return ruleConfig(weight, { ...rule, initializer: new make(rule.initializer.getConfig()) });
}
