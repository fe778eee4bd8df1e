/** Exponential linear units. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link ELU}. */
export interface ELUOptions extends LayerOptions {
  /** What large negative values approach, negated. Default 1. */
  readonly alpha?: number | undefined;
}

/** `x` above 0, `alpha · (eˣ − 1)` below (Clevert et al., arXiv 1511.07289). */
export class ELU extends Layer {
  static override readonly className: string = 'ELU';
  readonly alpha: number;

  constructor({ alpha = 1, ...options }: ELUOptions = {}) {
    super(options);
    this.alpha = alpha;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.elu(inputs, { alpha: this.alpha });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), alpha: this.alpha };
  }
}

/** {@link ELU}: exponential linear units. */
export function elu(options: ELUOptions = {}): ELU {
  return new ELU(options);
}
