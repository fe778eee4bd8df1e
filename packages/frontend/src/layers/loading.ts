/**
 * The place where the code that loads models watches over them while they are made: layers ask here for
 * first values of their weights, and tell of their calls.
 */
import type { DType, HostTensor } from '@addax/core';
import type { InitializerLike } from './types.ts';

/** What watches. */
export interface LoadingWatch {
  /** First values of a weight, whose real ones follow. */
  draw(shape: readonly number[], dtype: DType): HostTensor;
  /** A layer is called. */
  call(): void;
}

let watch: LoadingWatch | undefined;

/** Runs `make` under watch. */
export function underWatch<T>(by: LoadingWatch, make: () => T): T {
  const outer = watch;
  watch = by;
  try {
    return make();
  } finally {
    watch = outer;
  }
}

/** First values of a weight: drawn, unless a model is being loaded. */
export function firstValues(
  initializer: InitializerLike,
  shape: readonly number[],
  dtype: DType,
): HostTensor {
  return (watch ?? initializer).draw(shape, dtype);
}

/** Notes a call of a layer. */
export function noteCall(): void {
  watch?.call();
}
