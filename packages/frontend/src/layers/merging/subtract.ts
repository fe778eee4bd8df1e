/** One input minus another. */
import { ArgumentError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { LayerOptions } from '../types.ts';
import { Merge } from './merge.ts';

/**
 * The first input minus the second.
 *
 * @example
 * const y = layers.subtract()([a, b]); // a − b
 */
export class Subtract extends Merge {
  static override readonly className: string = 'Subtract';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const [first, second] = inputs;
    if (inputs.length !== 2 || first === undefined || second === undefined) {
      throw new ArgumentError(`${this.label} takes exactly 2 inputs, got ${inputs.length}.`);
    }
    return ops.subtract(first, second);
  }
}

/** {@link Subtract}: the first input minus the second. */
export function subtract(options: LayerOptions = {}): Subtract {
  return new Subtract(options);
}
