/** An activation function as a layer. */
import type { Tensor } from '@addax/core';
import * as activations from '../../activations/get.ts';
import type { Activation as ActivationFunction, ActivationLike } from '../../activations/get.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link Activation}. */
export interface ActivationOptions extends LayerOptions {
  /** The function or its name. */
  readonly activation: ActivationLike | null;
}

/**
 * Applies an activation function.
 *
 * @example
 * layers.activation({ activation: 'gelu' })(x);
 */
export class Activation extends Layer {
  static override readonly className: string = 'Activation';
  readonly activation: ActivationFunction;

  constructor({ activation, ...options }: ActivationOptions) {
    super(options);
    this.activation = activations.get(activation);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return this.activation(inputs);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), activation: this.activation };
  }
}

/** {@link Activation}: an activation function as a layer. */
export function activation(options: ActivationOptions): Activation {
  return new Activation(options);
}
