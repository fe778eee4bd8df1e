/** A penalty for large activations. */
import type { Tensor } from '@addax/core';
import { L1L2 } from '../../regularizers/index.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link ActivityRegularization}. */
export interface ActivityRegularizationOptions extends Omit<LayerOptions, 'activityRegularizer'> {
  /** Factor of the sum of absolute values. Default 0. */
  readonly l1?: number | undefined;
  /** Factor of the sum of squares. Default 0. */
  readonly l2?: number | undefined;
}

/** Gives its input back, and adds `l1 · Σ|x| + l2 · Σx²` to the loss. */
export class ActivityRegularization extends Layer {
  static override readonly className: string = 'ActivityRegularization';
  readonly l1: number;
  readonly l2: number;

  constructor({ l1 = 0, l2 = 0, ...options }: ActivityRegularizationOptions = {}) {
    super({ ...options, activityRegularizer: new L1L2({ l1, l2 }) });
    this.l1 = l1;
    this.l2 = l2;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }

  override getConfig(): Record<string, unknown> {
    const { activityRegularizer, ...config } = super.getConfig();
    void activityRegularizer;
    return { ...config, l1: this.l1, l2: this.l2 };
  }
}

/** {@link ActivityRegularization}: a penalty for large activations. */
export function activityRegularization(
  options: ActivityRegularizationOptions = {},
): ActivityRegularization {
  return new ActivityRegularization(options);
}
