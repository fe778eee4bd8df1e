/**
 * While a model is made from a file, its weights are about to be read: none are drawn, and what the
 * configuration asks for is held against what the file holds, so that a few forged bytes cannot ask
 * for all the memory or time there is.
 */
import { type DType, FormatError, hostArray, type HostTensor } from '@addax/core';
import type { InitializerLike } from './types.ts';

/** Layer calls while a model is made; nested models that call each other twice double them each time. */
const CALL_LIMIT = 50_000;

/** Elements beyond those of the file: weights that files may leave out are small. */
const SPARE_ELEMENTS = 2 ** 20;

interface Loading {
  readonly elements: number;
  taken: number;
  calls: number;
}

let loading: Loading | undefined;

/** Runs `make`, which makes a model whose weights stand in a file of `elements` elements. */
export function whileLoading<T>(elements: number, make: () => T): T {
  const outer = loading;
  loading = { elements, taken: 0, calls: 0 };
  try {
    return make();
  } finally {
    loading = outer;
  }
}

/** First values of a weight: drawn, or zeros where the real ones follow. */
export function firstValues(
  initializer: InitializerLike,
  shape: readonly number[],
  dtype: DType,
): HostTensor {
  if (loading === undefined) return initializer.draw(shape, dtype);
  const count = shape.reduce((product, size) => product * size, 1);
  loading.taken += count;
  const { taken, elements } = loading;
  // Written so that NaN fails too.
  if (!(shape.every((size) => size >= 0) && taken <= 2 * elements + SPARE_ELEMENTS)) {
    throw new FormatError(
      `the configuration asks for a weight of shape [${shape.join(', ')}], ${taken} elements with ` +
        `those before it, but the file holds only ${elements}.`,
    );
  }
  return { shape, dtype, data: hostArray(dtype, count) };
}

/** Notes a call of a layer. */
export function noteCall(): void {
  if (loading === undefined) return;
  loading.calls += 1;
  if (loading.calls > CALL_LIMIT) {
    throw new FormatError(
      `the configuration asks for more than ${CALL_LIMIT} calls of layers to make the model.`,
    );
  }
}
