/** Layer normalisation. */
import { type Tensor, type Variable } from '@addax/core';
import * as composites from '@addax/core/graph-ops';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions, Shape } from '../types.ts';
import { ruleConfig, type WeightRule, withoutRules } from '../weight-rule.ts';
import { type BetaOptions, betaRule, type GammaOptions, gammaRule } from './affine.ts';

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends LayerOptions, GammaOptions, BetaOptions {
  /** Axis or axes to normalise over. Default −1. */
  readonly axis?: number | readonly number[] | undefined;
  /** Added to the variance. Default 1e-3. */
  readonly epsilon?: number | undefined;
}

/**
 * Brings each sample (each position of a sequence) to mean 0 and variance 1 over `axis`, then scales
 * and shifts it (Ba et al., arXiv 1607.06450).
 *
 * @example
 * const y = layers.layerNormalization({ epsilon: 1e-6 })(x);
 */
export class LayerNormalization extends Layer {
  static override readonly className: string = 'LayerNormalization';
  readonly axis: number | readonly number[];
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly gammaRule: WeightRule;
  readonly betaRule: WeightRule;
  gamma: Variable | undefined;
  beta: Variable | undefined;

  constructor(options: LayerNormalizationOptions = {}) {
    const { axis = -1, epsilon = 1e-3, center = true, scale = true, ...rest } = options;
    super({ ...withoutRules(rest, 'gamma', 'beta'), autocast: false });
    this.axis = axis;
    this.epsilon = epsilon;
    this.center = center;
    this.scale = scale;
    this.gammaRule = gammaRule(options);
    this.betaRule = betaRule(options);
    this.supportsMasking = true;
  }

  override build(inputShape: Shape): void {
    const rank = inputShape.length;
    const axes = typeof this.axis === 'number' ? [this.axis] : this.axis;
    const sorted = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
    const shape = sorted.map((axis) => knownSize(this, inputShape, axis));
    const affine = { shape, autocast: false };
    if (this.scale) this.gamma = this.addWeight({ name: 'gamma', ...affine, ...this.gammaRule });
    if (this.center) this.beta = this.addWeight({ name: 'beta', ...affine, ...this.betaRule });
  }

  override call(inputs: Tensor): Tensor {
    const { axis, epsilon } = this;
    const scale = this.gamma?.value;
    const offset = this.beta?.value;
    return composites.layerNorm(inputs, { axis, epsilon, scale, offset }).cast(this.computeDtype);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      axis: this.axis,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      ...ruleConfig('gamma', this.gammaRule),
      ...ruleConfig('beta', this.betaRule),
    };
  }
}

/** {@link LayerNormalization}: each position brought to mean 0 and variance 1. */
export function layerNormalization(options: LayerNormalizationOptions = {}): LayerNormalization {
  return new LayerNormalization(options);
}
