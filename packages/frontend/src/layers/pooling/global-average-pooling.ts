/** The mean of each channel over all positions. */
import { Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { ResolvedCallOptions } from '../types.ts';
import { GlobalPooling, type GlobalPoolingOptions } from './global-pooling.ts';

abstract class GlobalAveragePooling extends GlobalPooling {
  override call(inputs: Tensor, _options: ResolvedCallOptions): Tensor {
    return ops.mean(inputs, { axis: this.axes, keepdims: this.keepdims });
  }
}

/**
 * The mean over all steps: `[batch, steps, channels]` → `[batch, channels]`. Masked steps do not
 * count.
 */
export class GlobalAveragePooling1D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling1D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, options: ResolvedCallOptions): Tensor {
    const { mask } = options;
    if (!(mask instanceof Tensor)) return super.call(inputs, options);
    const { axes, keepdims } = this;
    const counts = ops.expandDims(mask, axes[0] === 1 ? 2 : 1);
    const total = ops.sum(ops.where(counts, inputs, 0), { axis: axes, keepdims });
    return ops.divide(total, ops.sum(ops.cast(counts, inputs.dtype), { axis: axes, keepdims }));
  }

  /** The steps that the mask speaks of are gone. */
  override computeMask(): null {
    return null;
  }
}

/** The mean over rows and columns: `[batch, rows, columns, channels]` → `[batch, channels]`. */
export class GlobalAveragePooling2D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling2D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options);
  }
}

/** The mean over a volume: `[batch, depth, rows, columns, channels]` → `[batch, channels]`. */
export class GlobalAveragePooling3D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling3D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options);
  }
}

/** {@link GlobalAveragePooling1D}: the mean over all steps. */
export function globalAveragePooling1d(options: GlobalPoolingOptions = {}): GlobalAveragePooling1D {
  return new GlobalAveragePooling1D(options);
}

/** {@link GlobalAveragePooling2D}: the mean over rows and columns. */
export function globalAveragePooling2d(options: GlobalPoolingOptions = {}): GlobalAveragePooling2D {
  return new GlobalAveragePooling2D(options);
}

/** {@link GlobalAveragePooling3D}: the mean over a volume. */
export function globalAveragePooling3d(options: GlobalPoolingOptions = {}): GlobalAveragePooling3D {
  return new GlobalAveragePooling3D(options);
}
