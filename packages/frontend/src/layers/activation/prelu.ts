/** Rectified linear units whose slope below 0 is learned. */
import { type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { ConstraintLike } from '../../constraints/get.ts';
import type { InitializerLike } from '../../initializers/get.ts';
import type { RegularizerLike } from '../../regularizers/get.ts';
import { knownSize } from '../input-checks.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions, Shape } from '../types.ts';
import { ruleConfig, type WeightRule, weightRule, withoutRules } from '../weight-rule.ts';

/** Options of {@link PReLU}. */
export interface PReLUOptions extends LayerOptions {
  /** First slopes. Default `'zeros'`. */
  readonly alphaInitializer?: InitializerLike | undefined;
  /** Adds to the loss. Default none. */
  readonly alphaRegularizer?: RegularizerLike | null | undefined;
  /** Keeps the slopes in a set after each update. Default none. */
  readonly alphaConstraint?: ConstraintLike | null | undefined;
  /** Axes (the batch is 0) along which one slope is shared. Default none. */
  readonly sharedAxes?: number | readonly number[] | null | undefined;
}

/** `x` above 0, `alpha · x` below, with a learned alpha (He et al., arXiv 1502.01852). */
export class PReLU extends Layer {
  static override readonly className: string = 'PReLU';
  readonly alphaRule: WeightRule;
  readonly sharedAxes: readonly number[] | undefined;
  alpha!: Variable;

  constructor(options: PReLUOptions = {}) {
    const { sharedAxes, ...rest } = options;
    super(withoutRules(rest, 'alpha'));
    const { alphaInitializer = 'zeros', alphaRegularizer, alphaConstraint } = options;
    this.alphaRule = weightRule(alphaInitializer, alphaRegularizer, alphaConstraint);
    this.sharedAxes = typeof sharedAxes === 'number' ? [sharedAxes] : (sharedAxes ?? undefined);
    this.supportsMasking = true;
  }

  override build(inputShape: Shape): void {
    const axes = Array.from({ length: inputShape.length - 1 }, (_, i) => i + 1);
    const sizes = axes.map((axis) =>
      this.sharedAxes?.includes(axis) === true ? 1 : knownSize(this, inputShape, axis),
    );
    this.alpha = this.addWeight({ name: 'alpha', shape: sizes, ...this.alphaRule });
    const own = axes.filter((axis) => this.sharedAxes?.includes(axis) !== true);
    const pairs = own.map((axis): [number, number] => [axis, sizes[axis - 1]!]);
    this.inputSpec = { ndim: inputShape.length, axes: Object.fromEntries(pairs) };
  }

  override call(inputs: Tensor): Tensor {
    const below = ops.multiply(ops.relu(ops.negative(inputs)), this.alpha);
    return ops.subtract(ops.relu(inputs), below);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      ...ruleConfig('alpha', this.alphaRule),
      sharedAxes: this.sharedAxes ?? null,
    };
  }
}

/** {@link PReLU}: a learned slope below 0. */
export function prelu(options: PReLUOptions = {}): PReLU {
  return new PReLU(options);
}
