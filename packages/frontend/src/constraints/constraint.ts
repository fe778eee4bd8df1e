/** Base of constraints: what a weight must satisfy after each update. */
import type { Tensor } from '@addax/core';
import { Described } from '../described.ts';

/** A constraint can be called like a function of a weight. */
export interface Constraint {
  (weight: Tensor): Tensor;
}

/**
 * Projects a weight onto what is allowed; optimizers apply it after each update. Subclasses write
 * `call(weight)`.
 */
export abstract class Constraint extends Described {
  static readonly className: string = 'Constraint';

  /** The projected weight, of the same shape. */
  abstract call(weight: Tensor): Tensor;

  override invoke(weight: Tensor): Tensor {
    return this.call(weight);
  }
}
