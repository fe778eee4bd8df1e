/** Maxima of windows, over one, two and three axes. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Pooling, type PoolingOptions } from './pooling.ts';

/** The maximum of each window. */
abstract class MaxPooling extends Pooling {
  override call(inputs: Tensor): Tensor {
    return ops.maxPool(inputs, this.poolSize, this.windowOptions);
  }
}

/**
 * The maximum of each window of steps: `[batch, steps, channels]`.
 *
 * @example
 * layers.maxPooling1d({ poolSize: 2 })(x); // half as many steps
 */
export class MaxPooling1D extends MaxPooling {
  static override readonly className: string = 'MaxPooling1D';

  constructor(options: PoolingOptions = {}) {
    super(1, options);
  }
}

/**
 * The maximum of each window of rows and columns: `[batch, rows, columns, channels]`.
 *
 * @example
 * layers.maxPooling2d({ poolSize: 2 })(x); // half as many rows and columns
 */
export class MaxPooling2D extends MaxPooling {
  static override readonly className: string = 'MaxPooling2D';

  constructor(options: PoolingOptions = {}) {
    super(2, options);
  }
}

/**
 * The maximum of each window of a volume: `[batch, depth, rows, columns, channels]`.
 *
 * @example
 * layers.maxPooling3d({ poolSize: 2 })(x); // half the size on each axis
 */
export class MaxPooling3D extends MaxPooling {
  static override readonly className: string = 'MaxPooling3D';

  constructor(options: PoolingOptions = {}) {
    super(3, options);
  }
}

/** {@link MaxPooling1D}: the maximum of each window of steps. */
export function maxPooling1d(options: PoolingOptions = {}): MaxPooling1D {
  return new MaxPooling1D(options);
}

/** {@link MaxPooling2D}: the maximum of each window of rows and columns. */
export function maxPooling2d(options: PoolingOptions = {}): MaxPooling2D {
  return new MaxPooling2D(options);
}

/** {@link MaxPooling3D}: the maximum of each window of a volume. */
export function maxPooling3d(options: PoolingOptions = {}): MaxPooling3D {
  return new MaxPooling3D(options);
}
