/** The smaller of inputs. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { LayerOptions } from '../types.ts';
import { Merge, mergeMasked } from './merge.ts';

/**
 * The minimum, element by element, of a list of inputs of shapes that broadcast.
 *
 * @example
 * const y = layers.minimum()([a, b]);
 */
export class Minimum extends Merge {
  static override readonly className: string = 'Minimum';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return mergeMasked(inputs, (a, b) => ops.minimum(a, b));
  }
}

/** {@link Minimum}: the minimum, element by element, of inputs. */
export function minimum(options: LayerOptions = {}): Minimum {
  return new Minimum(options);
}
