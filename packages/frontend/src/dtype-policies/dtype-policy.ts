/**
 * Dtype policies: which dtype a layer computes in and which its variables have. Mixed precision is
 * nothing but a policy in which the two differ.
 */
import { ArgumentError, type DType, floatx, isDType } from '@addax/core';

/** Names of policies: a dtype, or one of the mixed ones. */
export type DTypePolicyName = DType | 'mixedFloat16' | 'mixedBfloat16';

/** What options take as a policy. */
export type DTypePolicyLike = DTypePolicyName | DTypePolicy;

const MIXED: Readonly<Record<string, DType>> = {
  mixedFloat16: 'float16',
  mixed_float16: 'float16',
  mixedBfloat16: 'bfloat16',
  mixed_bfloat16: 'bfloat16',
};

/**
 * Compute and variable dtype of a layer.
 *
 * @example
 * new DTypePolicy('mixedFloat16'); // computes in float16, keeps variables in float32
 */
export class DTypePolicy {
  static readonly className: string = 'DTypePolicy';
  /** Name as Keras writes it: `float32`, `mixed_float16`, … */
  readonly name: string;
  /** What a layer computes in: float inputs and variables are cast to it. */
  readonly computeDtype: DType;
  /** What a layer's variables are kept in. */
  readonly variableDtype: DType;

  constructor(name: DTypePolicyName | 'mixed_float16' | 'mixed_bfloat16') {
    const compute = MIXED[name];
    if (compute !== undefined) {
      this.name = compute === 'float16' ? 'mixed_float16' : 'mixed_bfloat16';
      this.computeDtype = compute;
      this.variableDtype = 'float32';
      return;
    }
    if (!isDType(name)) {
      throw new ArgumentError(
        `unknown dtype policy ${JSON.stringify(name)}: give a dtype such as 'float32', ` +
          "'mixedFloat16' or 'mixedBfloat16'.",
      );
    }
    this.name = name;
    this.computeDtype = name;
    this.variableDtype = name;
  }

  /** Constructor options, as files hold them. */
  getConfig(): Record<string, unknown> {
    return { name: this.name };
  }

  static fromConfig(config: Readonly<Record<string, unknown>>): DTypePolicy {
    return new DTypePolicy(config['name'] as DTypePolicyName);
  }
}

let globalPolicy: DTypePolicy | undefined;

/** The policy of layers that name none: floatx unless set. */
export function dtypePolicy(): DTypePolicy {
  return globalPolicy ?? new DTypePolicy(floatx());
}

/** Sets the policy of layers made from now on; undefined goes back to floatx. */
export function setDtypePolicy(policy: DTypePolicyLike | undefined): void {
  globalPolicy = policy === undefined ? undefined : getDtypePolicy(policy);
}

/** A policy by name; policies pass through. */
export function getDtypePolicy(policy: DTypePolicyLike | null | undefined): DTypePolicy {
  if (policy === undefined || policy === null) return dtypePolicy();
  return policy instanceof DTypePolicy ? policy : new DTypePolicy(policy);
}
