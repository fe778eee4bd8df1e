/** The layer that does nothing: a place to name a value, or to switch a part of a model off. */
import type { Tensor } from '@addax/core';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Gives its input back. */
export class Identity extends Layer {
  static override readonly className: string = 'Identity';

  constructor(options: LayerOptions = {}) {
    super(options);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }
}

/** {@link Identity}: gives its input back. */
export function identity(options: LayerOptions = {}): Identity {
  return new Identity(options);
}
