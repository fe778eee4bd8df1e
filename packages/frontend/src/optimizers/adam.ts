/** Adam (Kingma and Ba, arXiv 1412.6980) and AdamW (Loshchilov and Hutter, arXiv 1711.05101). */
import { ArgumentError, type Tensor, type Variable } from '@addax/core';
import * as composites from '@addax/core/graph-ops';
import { Optimizer, type Slots } from './optimizer.ts';
import type { OptimizerOptions } from './options.ts';

/** Options of the Adam family. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the first moment. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the second moment. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root, before bias correction. Default 1e-7. */
  readonly epsilon?: number | undefined;
}

/** Options of {@link Adam} and {@link AdamW}. */
export interface AMSGradOptions extends AdamOptions {
  /** Whether to divide by the largest second moment so far. Default false. */
  readonly amsgrad?: boolean | undefined;
}

/** w ← w − α · m / (√v + ε), m and v the running moments. Default rate 0.001. */
export class Adam extends Optimizer {
  static override readonly className: string = 'Adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
  #momentums: Slots = new Map();
  #velocities: Slots = new Map();
  #maxima: Slots = new Map();

  constructor(options: AMSGradOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
    this.amsgrad = options.amsgrad ?? false;
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    const [momentums, velocities] = this.addSlots(variables, ['momentum', 'velocity']);
    this.#momentums = momentums!;
    this.#velocities = velocities!;
    if (this.amsgrad) this.#maxima = this.addSlots(variables, ['velocity_hat'])[0]!;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const { beta1, beta2, epsilon } = this;
    const momentum = this.#momentums.get(variable)!;
    const velocity = this.#velocities.get(variable)!;
    const maximum = this.#maxima.get(variable);
    const next = composites.adamUpdate(
      {
        parameter: variable.value,
        momentum: momentum.value,
        velocity: velocity.value,
        maximum: maximum?.value,
      },
      gradient,
      { learningRate: rate, step: this.localStep(variable.dtype), beta1, beta2, epsilon },
    );
    variable.assign(next.parameter);
    momentum.assign(next.momentum);
    velocity.assign(next.velocity);
    if (next.maximum !== undefined) maximum?.assign(next.maximum);
  }

  override getConfig(): object {
    const { beta1, beta2, epsilon, amsgrad } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon, amsgrad };
  }
}

/** Adam with decoupled weight decay, 0.004 by default. */
export class AdamW extends Adam {
  static override readonly className: string = 'AdamW';

  constructor(options: AMSGradOptions = {}) {
    super({ ...options, weightDecay: options.weightDecay ?? 0.004 });
    if (options.weightDecay === null) {
      throw new ArgumentError('AdamW needs a weightDecay; use Adam for none.');
    }
  }
}
