/** Normalisation over groups of channels. */
import { ArgumentError, type Tensor, type Variable } from '@addax/core';
import * as composites from '@addax/core/graph-ops';
import * as ops from '@addax/core/ops';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions, Shape } from '../types.ts';
import { ruleConfig, type WeightRule, withoutRules } from '../weight-rule.ts';
import { type BetaOptions, betaRule, type GammaOptions, gammaRule } from './affine.ts';

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationOptions extends LayerOptions, GammaOptions, BetaOptions {
  /** Number of groups; −1: one per channel. Default 32. */
  readonly groups?: number | undefined;
  /** The axis of the channels. Default −1. */
  readonly axis?: number | undefined;
  /** Added to the variance. Default 1e-3. */
  readonly epsilon?: number | undefined;
}

/**
 * Brings each group of channels of each sample to mean 0 and variance 1, then scales and shifts each
 * channel (Wu and He, arXiv 1803.08494).
 */
export class GroupNormalization extends Layer {
  static override readonly className: string = 'GroupNormalization';
  readonly groups: number;
  readonly axis: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly gammaRule: WeightRule;
  readonly betaRule: WeightRule;
  gamma: Variable | undefined;
  beta: Variable | undefined;

  constructor(options: GroupNormalizationOptions = {}) {
    const { groups = 32, axis = -1, epsilon = 1e-3, ...others } = options;
    const { center = true, scale = true, ...rest } = others;
    super({ ...withoutRules(rest, 'gamma', 'beta'), autocast: false });
    if (!Number.isInteger(groups) || (groups < 1 && groups !== -1)) {
      throw new ArgumentError(`groups must be a positive integer or −1, got ${groups}.`);
    }
    this.groups = groups;
    this.axis = axis;
    this.epsilon = epsilon;
    this.center = center;
    this.scale = scale;
    this.gammaRule = gammaRule(options);
    this.betaRule = betaRule(options);
    this.supportsMasking = true;
  }

  override build(inputShape: Shape): void {
    const channels = knownSize(this, inputShape, this.axis);
    const groups = this.groups === -1 ? channels : this.groups;
    if (channels % groups !== 0) {
      throw new ArgumentError(
        `${this.label}: the ${channels} channels must be a multiple of groups (${groups}).`,
      );
    }
    const affine = { shape: [channels], autocast: false };
    if (this.scale) this.gamma = this.addWeight({ name: 'gamma', ...affine, ...this.gammaRule });
    if (this.center) this.beta = this.addWeight({ name: 'beta', ...affine, ...this.betaRule });
    this.inputSpec = { ndim: inputShape.length, axes: { [this.axis]: channels } };
  }

  override call(inputs: Tensor): Tensor {
    const { shape, rank } = inputs;
    const axis = this.axis < 0 ? this.axis + rank : this.axis;
    const channels = shape[axis]!;
    const groups = this.groups === -1 ? channels : this.groups;
    const split = [...shape.slice(0, axis), groups, channels / groups, ...shape.slice(axis + 1)];
    const axes = split.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
    const grouped = ops.reshape(inputs, split);
    const normal = composites.layerNorm(grouped, { axis: axes, epsilon: this.epsilon });
    const perChannel = shape.map((_, i) => (i === axis ? channels : 1));
    let outputs = ops.reshape(normal, shape);
    if (this.gamma) outputs = ops.multiply(outputs, ops.reshape(this.gamma, perChannel));
    if (this.beta) outputs = ops.add(outputs, ops.reshape(this.beta, perChannel));
    return outputs.cast(this.computeDtype);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      groups: this.groups,
      axis: this.axis,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      ...ruleConfig('gamma', this.gammaRule),
      ...ruleConfig('beta', this.betaRule),
    };
  }
}

/** {@link GroupNormalization}: normalisation over groups of channels. */
export function groupNormalization(options: GroupNormalizationOptions = {}): GroupNormalization {
  return new GroupNormalization(options);
}
