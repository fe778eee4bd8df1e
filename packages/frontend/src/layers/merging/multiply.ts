/** Inputs multiplied, as in gates. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { getMask, setMask } from '../masking.ts';
import type { LayerOptions } from '../types.ts';
import { Merge } from './merge.ts';

/**
 * The product of a list of inputs of shapes that broadcast. Masked elements count as 1; where all
 * inputs are masked the product is 0.
 *
 * @example
 * const y = layers.multiply()([a, b]);
 */
export class Multiply extends Merge {
  static override readonly className: string = 'Multiply';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const masks = inputs.map((input) => {
      const mask = getMask(input);
      return mask && ops.broadcastTo(ops.expandDims(mask, -1), input.shape);
    });
    const output = inputs
      .map((input, i) => (masks[i] === undefined ? input : ops.where(masks[i], input, 1)))
      .reduce((product, input) => ops.multiply(product, input));
    const known = masks.filter((mask) => mask !== undefined);
    if (known.length < masks.length) return output;
    const any = known.reduce((all, mask) => ops.logicalOr(all, mask));
    const masked = ops.where(any, output, 0);
    setMask(masked, ops.any(any, { axis: -1 }));
    return masked;
  }
}

/** {@link Multiply}: the product of inputs. */
export function multiply(options: LayerOptions = {}): Multiply {
  return new Multiply(options);
}
