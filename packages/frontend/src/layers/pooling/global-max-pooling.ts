/** The maximum of each channel over all positions. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { GlobalPooling, type GlobalPoolingOptions } from './global-pooling.ts';

abstract class GlobalMaxPooling extends GlobalPooling {
  override call(inputs: Tensor): Tensor {
    return ops.max(inputs, { axis: this.axes, keepdims: this.keepdims });
  }
}

/** The maximum over all steps: `[batch, steps, channels]` → `[batch, channels]`. */
export class GlobalMaxPooling1D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling1D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
  }
}

/** The maximum over rows and columns: `[batch, rows, columns, channels]` → `[batch, channels]`. */
export class GlobalMaxPooling2D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling2D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options);
  }
}

/** The maximum over a volume: `[batch, depth, rows, columns, channels]` → `[batch, channels]`. */
export class GlobalMaxPooling3D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling3D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options);
  }
}

/** {@link GlobalMaxPooling1D}: the maximum over all steps. */
export function globalMaxPooling1d(options: GlobalPoolingOptions = {}): GlobalMaxPooling1D {
  return new GlobalMaxPooling1D(options);
}

/** {@link GlobalMaxPooling2D}: the maximum over rows and columns. */
export function globalMaxPooling2d(options: GlobalPoolingOptions = {}): GlobalMaxPooling2D {
  return new GlobalMaxPooling2D(options);
}

/** {@link GlobalMaxPooling3D}: the maximum over a volume. */
export function globalMaxPooling3d(options: GlobalPoolingOptions = {}): GlobalMaxPooling3D {
  return new GlobalMaxPooling3D(options);
}
