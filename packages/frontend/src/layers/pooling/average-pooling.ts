/** Means of windows, over one, two and three axes. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Pooling, type PoolingOptions } from './pooling.ts';

/** The mean of each window. */
abstract class AveragePooling extends Pooling {
  override call(inputs: Tensor): Tensor {
    return ops.averagePool(inputs, this.poolSize, this.windowOptions);
  }
}

/**
 * The mean of each window of steps: `[batch, steps, channels]`.
 *
 * @example
 * layers.averagePooling1d({ poolSize: 2 })(x); // half as many steps
 */
export class AveragePooling1D extends AveragePooling {
  static override readonly className: string = 'AveragePooling1D';

  constructor(options: PoolingOptions = {}) {
    super(1, options);
  }
}

/**
 * The mean of each window of rows and columns: `[batch, rows, columns, channels]`.
 *
 * @example
 * layers.averagePooling2d({ poolSize: 2 })(x); // half as many rows and columns
 */
export class AveragePooling2D extends AveragePooling {
  static override readonly className: string = 'AveragePooling2D';

  constructor(options: PoolingOptions = {}) {
    super(2, options);
  }
}

/**
 * The mean of each window of a volume: `[batch, depth, rows, columns, channels]`.
 *
 * @example
 * layers.averagePooling3d({ poolSize: 2 })(x); // half the size on each axis
 */
export class AveragePooling3D extends AveragePooling {
  static override readonly className: string = 'AveragePooling3D';

  constructor(options: PoolingOptions = {}) {
    super(3, options);
  }
}

/** {@link AveragePooling1D}: the mean of each window of steps. */
export function averagePooling1d(options: PoolingOptions = {}): AveragePooling1D {
  return new AveragePooling1D(options);
}

/** {@link AveragePooling2D}: the mean of each window of rows and columns. */
export function averagePooling2d(options: PoolingOptions = {}): AveragePooling2D {
  return new AveragePooling2D(options);
}

/** {@link AveragePooling3D}: the mean of each window of a volume. */
export function averagePooling3d(options: PoolingOptions = {}): AveragePooling3D {
  return new AveragePooling3D(options);
}
