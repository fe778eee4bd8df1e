/** Class numbers as one-hot rows, on the host. */
import {
  ArgumentError,
  flatten,
  type Nested,
  tensor,
  type Tensor,
  type TypedArray,
} from '@addax/core';

/**
 * One-hot rows for class numbers.
 *
 * @param labels Whole numbers from 0; a last axis of size 1 is dropped.
 * @param numClasses Length of the rows; the largest number plus one by default.
 * @returns float32 `[...labels.shape, numClasses]`.
 *
 * @example
 * toCategorical([0, 2]); // [[1, 0, 0], [0, 0, 1]]
 */
export function toCategorical(labels: Nested | TypedArray, numClasses?: number): Tensor {
  const { shape, values } = flatten(labels);
  const numbers = Array.from(values, Number);
  const largest = numbers.reduce((a, b) => Math.max(a, b), -1);
  const classes = numClasses ?? largest + 1;
  const wrong = numbers.find((value) => !Number.isInteger(value) || value < 0 || value >= classes);
  if (wrong !== undefined) {
    throw new ArgumentError(
      `toCategorical: labels must be whole numbers from 0 to ${classes - 1}, got ${wrong}.`,
    );
  }
  const rows = shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  const data = new Float32Array(numbers.length * classes);
  numbers.forEach((label, i) => {
    data[i * classes + label] = 1;
  });
  return tensor(data, [...rows, classes]);
}
