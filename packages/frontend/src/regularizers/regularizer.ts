/** Base of regularizers: what a weight or an output adds to the loss. */
import type { Tensor } from '@addax/core';
import { Described } from '../described.ts';

/** A regularizer can be called like a function of a tensor. */
export interface Regularizer {
  (x: Tensor): Tensor;
}

/** Gives a scalar that is added to the loss. Subclasses write `call(x)`. */
export abstract class Regularizer extends Described {
  static readonly className: string = 'Regularizer';

  /** The penalty, a scalar. */
  abstract call(x: Tensor): Tensor;

  override invoke(x: Tensor): Tensor {
    return this.call(x);
  }
}
