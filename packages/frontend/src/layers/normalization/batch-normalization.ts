/** Batch normalisation. */
import { ArgumentError, Tensor, type Variable } from '@addax/core';
import * as composites from '@addax/core/graph-ops';
import * as ops from '@addax/core/ops';
import type { InitializerLike } from '../../initializers/get.ts';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions, ResolvedCallOptions, Shape } from '../types.ts';
import { ruleConfig, type WeightRule, weightRule, withoutRules } from '../weight-rule.ts';
import { type BetaOptions, betaRule, type GammaOptions, gammaRule } from './affine.ts';
import { follow } from './moving-statistics.ts';
import { deviationsOf, Renorm, type RenormClipping } from './renorm.ts';

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationOptions extends LayerOptions, GammaOptions, BetaOptions {
  /** The axis that keeps its own statistics: the channels. Default −1. */
  readonly axis?: number | undefined;
  /** Weight of the past in the moving statistics. Default 0.99. */
  readonly momentum?: number | undefined;
  /** Added to the variance. Default 1e-3. */
  readonly epsilon?: number | undefined;
  /** First moving mean. Default `'zeros'`. */
  readonly movingMeanInitializer?: InitializerLike | undefined;
  /** First moving variance. Default `'ones'`. */
  readonly movingVarianceInitializer?: InitializerLike | undefined;
  /** Whether to correct towards the moving statistics (Ioffe, arXiv 1702.03275). Default false. */
  readonly renorm?: boolean | undefined;
  /** Bounds of the corrections. Default none. */
  readonly renormClipping?: RenormClipping | null | undefined;
  /** Weight of the past in the statistics of the corrections. Default 0.99. */
  readonly renormMomentum?: number | undefined;
}

/**
 * Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it (Ioffe and
 * Szegedy, arXiv 1502.03167). In training it uses the statistics of the batch and moves its own
 * towards them; otherwise, and while `trainable` is false, it uses its own.
 *
 * @example
 * const y = layers.batchNormalization()(x);
 */
export class BatchNormalization extends Layer {
  static override readonly className: string = 'BatchNormalization';
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly gammaRule: WeightRule;
  readonly betaRule: WeightRule;
  readonly movingMeanRule: WeightRule;
  readonly movingVarianceRule: WeightRule;
  readonly renorm: Renorm | undefined;
  gamma: Variable | undefined;
  beta: Variable | undefined;
  movingMean!: Variable;
  movingVariance!: Variable;

  constructor(options: BatchNormalizationOptions = {}) {
    const { axis = -1, momentum = 0.99, epsilon = 1e-3, ...others } = options;
    const { center = true, scale = true, renorm = false, ...rest } = others;
    const { renormClipping, renormMomentum = 0.99, ...base } = rest;
    super(withoutRules(base, 'gamma', 'beta', 'movingMean', 'movingVariance'));
    const { movingMeanInitializer = 'zeros', movingVarianceInitializer = 'ones' } = options;
    this.axis = axis;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.center = center;
    this.scale = scale;
    this.gammaRule = gammaRule(options);
    this.betaRule = betaRule(options);
    this.movingMeanRule = weightRule(movingMeanInitializer, undefined, undefined);
    this.movingVarianceRule = weightRule(movingVarianceInitializer, undefined, undefined);
    this.renorm = renorm ? new Renorm(renormClipping ?? {}, renormMomentum) : undefined;
    this.supportsMasking = true;
  }

  override build(inputShape: Shape): void {
    const size = knownSize(this, inputShape, this.axis);
    const shape = [size];
    const affine = { shape, autocast: false };
    if (this.scale) this.gamma = this.addWeight({ name: 'gamma', ...affine, ...this.gammaRule });
    if (this.center) this.beta = this.addWeight({ name: 'beta', ...affine, ...this.betaRule });
    const moving = { ...affine, trainable: false };
    this.movingMean = this.addWeight({ name: 'moving_mean', ...moving, ...this.movingMeanRule });
    const { initializer } = this.movingVarianceRule;
    this.movingVariance = this.addWeight({ name: 'moving_variance', ...moving, initializer });
    if (this.renorm !== undefined) {
      const deviation = { ...moving, initializer: deviationsOf(initializer) };
      const { movingMeanRule, renorm } = this;
      renorm.movingDeviation = this.addWeight({ name: 'moving_stddev', ...deviation });
      renorm.mean = this.addWeight({ name: 'renorm_mean', ...moving, ...movingMeanRule });
      renorm.deviation = this.addWeight({ name: 'renorm_stddev', ...deviation });
    }
    this.inputSpec = { ndim: inputShape.length, axes: { [this.axis]: size } };
  }

  override call(inputs: Tensor, { training, mask }: ResolvedCallOptions): Tensor {
    const { axis, epsilon } = this;
    const known = mask instanceof Tensor ? mask : undefined;
    if (known !== undefined && known.rank !== inputs.rank - 1) {
      throw new ArgumentError(
        `${this.label}: the mask must have one axis less than the inputs; its rank is ` +
          `${known.rank}, that of the inputs ${inputs.rank}.`,
      );
    }
    const scale = this.gamma?.value;
    const offset = this.beta?.value;
    if (training && this.trainable) {
      if (this.renorm !== undefined) return this.#renormalize(this.renorm, inputs, known);
      const given = { axis, epsilon, scale, offset, mask: known };
      const { y, mean, variance } = composites.batchNormTrain(inputs, given);
      follow(this.movingMean, mean, this.momentum);
      follow(this.movingVariance, variance, this.momentum);
      return y;
    }
    const [mean, variance] = [this.movingMean.value, this.movingVariance.value];
    return composites.batchNormInfer(inputs, { axis, epsilon, mean, variance, scale, offset });
  }

  #renormalize(renorm: Renorm, inputs: Tensor, mask: Tensor | undefined): Tensor {
    const { axis, epsilon, momentum } = this;
    const { mean, variance } = composites.batchNormTrain(inputs, { axis, epsilon, mask });
    const affine = renorm.correct(mean, variance, epsilon, this.gamma, this.beta);
    const deviation = ops.sqrt(ops.add(variance, epsilon));
    renorm.follow(mean, deviation);
    follow(this.movingMean, mean, momentum);
    const moved = follow(renorm.movingDeviation, deviation, momentum);
    this.movingVariance.assign(ops.relu(ops.subtract(ops.square(moved), epsilon)));
    return composites.batchNormInfer(inputs, { axis, epsilon, mean, variance, ...affine });
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      axis: this.axis,
      momentum: this.momentum,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      ...ruleConfig('gamma', this.gammaRule),
      ...ruleConfig('beta', this.betaRule),
      movingMeanInitializer: this.movingMeanRule.initializer,
      movingVarianceInitializer: this.movingVarianceRule.initializer,
      renorm: this.renorm !== undefined,
      renormClipping: this.renorm?.clipping ?? null,
      renormMomentum: this.renorm?.momentum ?? 0.99,
    };
  }
}

/** {@link BatchNormalization}: channels brought to mean 0 and variance 1 over the batch. */
export function batchNormalization(options: BatchNormalizationOptions = {}): BatchNormalization {
  return new BatchNormalization(options);
}
