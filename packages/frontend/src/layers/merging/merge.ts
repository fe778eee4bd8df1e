/** What layers that join several inputs share; the leaves say only how two of them are joined. */
import { ArgumentError, ShapeError, Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { shapeList } from '../input-checks.ts';
import { formatShape } from '../input-spec.ts';
import { Layer, type MaskStruct } from '../layer.ts';
import { getMask, setMask } from '../masking.ts';
import type { LayerOptions, Shape, ShapeStruct } from '../types.ts';

/** Base of Add, Multiply, Concatenate and the like. */
export abstract class Merge extends Layer {
  constructor(options: LayerOptions = {}) {
    super(options);
    this.supportsMasking = true;
  }

  /** Joins inputs of equal rank. */
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  /** Checks the shapes; there are no weights. */
  override build(inputShape: ShapeStruct): void {
    const shapes = shapeList(this, inputShape);
    const batches = new Set(shapes.map((shape) => shape[0]).filter((size) => size !== null));
    if (batches.size > 1) throw this.misfit(shapes, 'they differ in the size of the batch');
    const rank = Math.max(...shapes.map((shape) => shape.length));
    for (let axis = 1; axis < rank; axis++) {
      const sizes = shapes.map((shape) => shape.slice(1).at(axis - rank));
      const known = sizes.filter((size) => typeof size === 'number' && size !== 1);
      if (new Set(known).size > 1) {
        throw this.misfit(shapes, `they differ on axis ${axis - rank} and do not broadcast`);
      }
    }
  }

  /** The error for shapes that cannot be joined. */
  protected misfit(shapes: readonly Shape[], reason: string): ShapeError {
    return new ShapeError(
      `${this.label}: inputs of shapes ${shapes.map(formatShape).join(' and ')} cannot be joined: ` +
        `${reason}.`,
    );
  }

  override call(inputs: readonly Tensor[]): Tensor {
    if (!Array.isArray(inputs)) {
      throw new ArgumentError(
        `${this.label} takes a list of inputs: call it on an array of tensors.`,
      );
    }
    const rank = Math.max(...inputs.map((input) => input.rank));
    return this.merge(inputs.map((input) => withRank(input, rank)));
  }

  /** What counts in any of the inputs counts; if one has no mask, all counts. */
  override computeMask(_inputs: readonly Tensor[], mask: MaskStruct): MaskStruct {
    const masks = maskList(mask);
    if (masks === undefined || !masks.every((item) => item instanceof Tensor)) return null;
    return masks.reduce<Tensor>((all, item) => ops.logicalOr(all, item), masks[0]!);
  }
}

/** The masks of a list of inputs; undefined if none has one. */
export function maskList(mask: MaskStruct): readonly MaskStruct[] | undefined {
  return Array.isArray(mask) ? (mask as readonly MaskStruct[]) : undefined;
}

/** Axes of size 1 after the batch, up to `rank`. */
function withRank(input: Tensor, rank: number): Tensor {
  if (input.rank === rank) return input;
  const [batch = 1, ...sample] = input.shape;
  const added = Array.from({ length: rank - input.rank }, () => 1);
  return ops.reshape(input, [batch, ...added, ...sample]);
}

/**
 * Joins inputs one by one. Where one input is masked and the other is not, the other's value stands
 * alone, so that padding does not dilute sums, products and extremes.
 */
export function mergeMasked(
  inputs: readonly Tensor[],
  join: (a: Tensor, b: Tensor) => Tensor,
): Tensor {
  let [output, ...rest] = inputs as [Tensor, ...Tensor[]];
  let outputMask = wideMask(output);
  for (const input of rest) {
    const mask = wideMask(input);
    let next = input;
    if (mask !== undefined) next = ops.where(mask, next, output);
    if (outputMask !== undefined) output = ops.where(outputMask, output, next);
    outputMask =
      mask === undefined || outputMask === undefined ? undefined : ops.logicalOr(outputMask, mask);
    output = join(output, next);
  }
  if (outputMask !== undefined) setMask(output, ops.any(outputMask, { axis: -1 }));
  return output;
}

/** The mask of a tensor, in the shape of the tensor. */
function wideMask(input: Tensor): Tensor | undefined {
  const mask = getMask(input);
  return mask && ops.broadcastTo(ops.expandDims(mask, -1), input.shape);
}
