/** Another shape for each sample. */
import { ShapeError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { formatShape } from '../input-spec.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions } from '../types.ts';

/** Options of {@link Reshape}. */
export interface ReshapeOptions extends LayerOptions {
  /** Shape of a sample, without the batch; one size may be −1: what is left. */
  readonly targetShape: readonly number[];
}

/**
 * Gives each sample another shape: `[batch, …]` → `[batch, ...targetShape]`.
 *
 * @throws ShapeError if the elements of a sample do not fill the shape.
 *
 * @example
 * layers.reshape({ targetShape: [7, 7, 16] })(x); // [batch, 784] → [batch, 7, 7, 16]
 */
export class Reshape extends Layer {
  static override readonly className: string = 'Reshape';
  readonly targetShape: readonly number[];

  constructor({ targetShape, ...options }: ReshapeOptions) {
    super(options);
    this.targetShape = [...targetShape];
    const fits = targetShape.every((size) => Number.isInteger(size) && size >= -1);
    if (!fits || targetShape.filter((size) => size === -1).length > 1) {
      throw new ShapeError(
        `targetShape ${formatShape(targetShape)} must hold sizes, and −1 at most once.`,
      );
    }
  }

  override call(inputs: Tensor): Tensor {
    const [batch, ...sample] = inputs.shape;
    const size = sample.reduce((product, item) => product * item, 1);
    const known = this.targetShape.reduce((product, item) => product * Math.abs(item), 1);
    const open = this.targetShape.includes(-1);
    if (open ? known === 0 || size % known !== 0 : size !== known) {
      throw new ShapeError(
        `${this.label}: the ${size} elements of a sample do not fill targetShape ` +
          `${formatShape(this.targetShape)} (input shape ${formatShape(inputs.shape)})`,
      );
    }
    const target = this.targetShape.map((item) => (item === -1 ? size / known : item));
    return ops.reshape(inputs, [batch!, ...target]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), targetShape: this.targetShape };
  }
}

/** {@link Reshape}: another shape for each sample. */
export function reshape(options: ReshapeOptions): Reshape {
  return new Reshape(options);
}
