/** Base of initializers: pure host functions that give a variable its first value. */
import { type DType, encode, floatx, type HostTensor } from '@addax/core';
import { Described } from '../described.ts';

/** An initializer can be called like a function of a shape. */
export interface Initializer {
  (shape: readonly number[], dtype?: DType): HostTensor;
}

/**
 * Draws initial values on the host, so that a seeded model starts from identical bits on every
 * backend. Subclasses write `draw(shape, dtype)`.
 */
export abstract class Initializer extends Described {
  static readonly className: string = 'Initializer';

  /** Values of a shape; the dtype is floatx by default. */
  abstract draw(shape: readonly number[], dtype?: DType): HostTensor;

  override invoke(shape: readonly number[], dtype?: DType): HostTensor {
    return this.draw(shape, dtype);
  }
}

/** Numbers as the elements of a tensor. */
export function toHostTensor(
  shape: readonly number[],
  values: ArrayLike<number>,
  dtype: DType = floatx(),
): HostTensor {
  return { shape, dtype, data: encode(values, dtype) };
}

/** Number of elements of a shape. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
