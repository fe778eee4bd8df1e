/** The larger of inputs. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { LayerOptions } from '../types.ts';
import { Merge, mergeMasked } from './merge.ts';

/**
 * The maximum, element by element, of a list of inputs of shapes that broadcast.
 *
 * @example
 * const y = layers.maximum()([a, b]);
 */
export class Maximum extends Merge {
  static override readonly className: string = 'Maximum';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return mergeMasked(inputs, (a, b) => ops.maximum(a, b));
  }
}

/** {@link Maximum}: the maximum, element by element, of inputs. */
export function maximum(options: LayerOptions = {}): Maximum {
  return new Maximum(options);
}
