/** The mean of inputs. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { LayerOptions } from '../types.ts';
import { Merge } from './merge.ts';

/**
 * The mean of a list of inputs of shapes that broadcast.
 *
 * @example
 * const y = layers.average()([a, b]);
 */
export class Average extends Merge {
  static override readonly className: string = 'Average';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const sum = inputs.reduce((total, input) => ops.add(total, input));
    return ops.divide(sum, inputs.length);
  }
}

/** {@link Average}: the mean of inputs. */
export function average(options: LayerOptions = {}): Average {
  return new Average(options);
}
