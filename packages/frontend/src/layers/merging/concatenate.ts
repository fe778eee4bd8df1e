/** Inputs joined along an axis. */
import { Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { shapeList } from '../input-checks.ts';
import type { MaskStruct } from '../layer.ts';
import type { LayerOptions, ShapeStruct } from '../types.ts';
import { maskList, Merge } from './merge.ts';

/** Options of {@link Concatenate}. */
export interface ConcatenateOptions extends LayerOptions {
  /** The axis along which inputs may differ. Default −1. */
  readonly axis?: number | undefined;
}

/**
 * Joins a list of inputs that differ on one axis at most.
 *
 * @example
 * const y = layers.concatenate()([a, b]); // [batch, 3] and [batch, 5] → [batch, 8]
 */
export class Concatenate extends Merge {
  static override readonly className: string = 'Concatenate';
  readonly axis: number;

  constructor({ axis = -1, ...options }: ConcatenateOptions = {}) {
    super(options);
    this.axis = axis;
  }

  override build(inputShape: ShapeStruct): void {
    const shapes = shapeList(this, inputShape);
    const rank = shapes[0]?.length ?? 0;
    const axis = this.axis < 0 ? this.axis + rank : this.axis;
    if (shapes.some((shape) => shape.length !== rank) || axis < 0 || axis >= rank) {
      throw this.misfit(shapes, `they must have one rank, with axis ${this.axis} in it`);
    }
    for (let other = 0; other < rank; other++) {
      const sizes = new Set(shapes.map((shape) => shape[other]).filter((size) => size !== null));
      if (other !== axis && sizes.size > 1) {
        throw this.misfit(shapes, `they differ on axis ${other}, and are joined along ${axis}`);
      }
    }
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return ops.concatenate(inputs, { axis: this.axis });
  }

  override computeMask(inputs: readonly Tensor[], mask: MaskStruct): MaskStruct {
    const masks = maskList(mask);
    if (masks === undefined || !masks.some((item) => item instanceof Tensor)) return null;
    const wide = inputs.map((input, i) => {
      const own = masks[i];
      if (!(own instanceof Tensor)) return ops.onesLike(input, { dtype: 'bool' });
      return own.rank < input.rank ? ops.broadcastTo(ops.expandDims(own, -1), input.shape) : own;
    });
    return ops.any(ops.concatenate(wide, { axis: this.axis }), { axis: -1 });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** {@link Concatenate}: inputs joined along an axis. */
export function concatenate(options: ConcatenateOptions = {}): Concatenate {
  return new Concatenate(options);
}
