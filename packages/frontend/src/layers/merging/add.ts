/** Inputs added, as in residual connections. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { LayerOptions } from '../types.ts';
import { Merge } from './merge.ts';

/**
 * The sum of a list of inputs of shapes that broadcast.
 *
 * @example
 * const y = layers.add()([a, b]);
 */
export class Add extends Merge {
  static override readonly className: string = 'Add';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, input) => ops.add(sum, input));
  }
}

/** {@link Add}: the sum of inputs. */
export function add(options: LayerOptions = {}): Add {
  return new Add(options);
}
