/** Initializers without chance: constants, the identity. */
import { ArgumentError, type DType, type HostTensor, ShapeError } from '@addax/core';
import { countOf, Initializer, toHostTensor } from './initializer.ts';

/** Options of {@link Constant}. */
export interface ConstantOptions {
  /** The value. Default 0. */
  readonly value?: number | boolean | undefined;
}

/** One value everywhere. */
export class Constant extends Initializer {
  static override readonly className: string = 'Constant';
  readonly value: number | boolean;

  constructor(options: ConstantOptions = {}) {
    super();
    this.value = options.value ?? 0;
    if (typeof this.value !== 'number' && typeof this.value !== 'boolean') {
      throw new ArgumentError(
        `Constant takes { value: number }, got value ${JSON.stringify(this.value)}`,
      );
    }
  }

  override draw(shape: readonly number[], dtype?: DType): HostTensor {
    const values = new Float64Array(countOf(shape)).fill(Number(this.value));
    return toHostTensor(shape, values, dtype);
  }

  override getConfig(): object {
    return { value: this.value };
  }
}

/** Zeros. */
export class Zeros extends Initializer {
  static override readonly className: string = 'Zeros';

  constructor(_options: object = {}) {
    super();
  }

  override draw(shape: readonly number[], dtype?: DType): HostTensor {
    return toHostTensor(shape, new Float64Array(countOf(shape)), dtype);
  }
}

/** Ones. */
export class Ones extends Initializer {
  static override readonly className: string = 'Ones';

  constructor(_options: object = {}) {
    super();
  }

  override draw(shape: readonly number[], dtype?: DType): HostTensor {
    return toHostTensor(shape, new Float64Array(countOf(shape)).fill(1), dtype);
  }
}

/** Options with a factor. */
export interface GainOptions {
  /** Factor of the result. Default 1. */
  readonly gain?: number | undefined;
}

/** The identity matrix times a gain; for matrices only. */
export class Identity extends Initializer {
  static override readonly className: string = 'Identity';
  readonly gain: number;

  constructor(options: GainOptions = {}) {
    super();
    this.gain = options.gain ?? 1;
  }

  override draw(shape: readonly number[], dtype?: DType): HostTensor {
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined || shape.length !== 2) {
      throw new ShapeError(`Identity takes the shape of a matrix, got [${shape.join(', ')}]`);
    }
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = this.gain;
    return toHostTensor(shape, values, dtype);
  }

  override getConfig(): object {
    return { gain: this.gain };
  }
}
