/**
 * While a model is made from a file, its weights are about to be read: none are drawn, and what the
 * configuration asks for is held against what the file holds, so that a few forged bytes cannot ask
 * for all the memory or time there is.
 */
import { FormatError, hostArray } from '@addax/core';
import { underWatch } from '../layers/loading.ts';

/** Layer calls while a model is made; nested models that call each other twice double them each time. */
const CALL_LIMIT = 50_000;

/** Elements beyond those of the file: weights that files may leave out are small. */
const SPARE_ELEMENTS = 2 ** 20;

/** Runs `make`, which makes a model whose weights stand in a file of `elements` elements. */
export function whileLoading<T>(elements: number, make: () => T): T {
  let taken = 0;
  let calls = 0;
  const watch: Parameters<typeof underWatch>[0] = {
    draw(shape, dtype) {
      const count = shape.reduce((product, size) => product * size, 1);
      taken += count;
      // Written so that NaN fails too.
      if (shape.every((size) => size >= 0) && taken <= 2 * elements + SPARE_ELEMENTS) {
        return { shape, dtype, data: hostArray(dtype, count) };
      }
      throw new FormatError(
        `the configuration asks for a weight of shape [${shape.join(', ')}], ${taken} elements ` +
          `with those before it, but the file holds only ${elements}.`,
      );
    },
    call() {
      calls += 1;
      if (calls > CALL_LIMIT) {
        throw new FormatError(
          `the configuration asks for more than ${CALL_LIMIT} calls of layers to make the model.`,
        );
      }
    },
  };
  return underWatch(watch, make);
}
