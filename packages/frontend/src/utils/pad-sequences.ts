/** Sequences of different lengths as one array. */
import { ArgumentError, type DType, tensor, type Tensor } from '@addax/core';

/** Options of {@link padSequences}. */
export interface PadSequencesOptions {
  /** Length of the result; that of the longest sequence by default. */
  readonly maxlen?: number | undefined;
  /** dtype. Default int32. */
  readonly dtype?: DType | undefined;
  /** Where short sequences are filled up. Default 'pre'. */
  readonly padding?: 'pre' | 'post' | undefined;
  /** Where long sequences are cut. Default 'pre'. */
  readonly truncating?: 'pre' | 'post' | undefined;
  /** What they are filled up with. Default 0. */
  readonly value?: number | undefined;
}

/**
 * Sequences filled up or cut to one length.
 *
 * @returns `[sequences, maxlen]`.
 *
 * @example
 * padSequences([[1], [2, 3]]); // [[0, 1], [2, 3]]
 */
export function padSequences(
  sequences: readonly ArrayLike<number>[],
  options: PadSequencesOptions = {},
): Tensor {
  const { dtype = 'int32', padding = 'pre', truncating = 'pre', value = 0 } = options;
  for (const [name, side] of Object.entries({ padding, truncating })) {
    if (side !== 'pre' && side !== 'post') {
      throw new ArgumentError(
        `padSequences: ${name} must be 'pre' or 'post', got ${String(side)}.`,
      );
    }
  }
  sequences.forEach((sequence, i) => {
    if (typeof sequence?.length === 'number' && typeof sequence !== 'string') return;
    throw new ArgumentError(`padSequences: sequence ${i} is not an array of numbers.`);
  });
  const longest = sequences.reduce((most, { length }) => Math.max(most, length), 0);
  const maxlen = options.maxlen ?? longest;
  const data = new Float64Array(sequences.length * maxlen).fill(value);
  sequences.forEach((sequence, row) => {
    const count = Math.min(sequence.length, maxlen);
    const from = truncating === 'pre' ? sequence.length - count : 0;
    const to = padding === 'pre' ? maxlen - count : 0;
    for (let i = 0; i < count; i++) data[row * maxlen + to + i] = sequence[from + i]!;
  });
  return tensor(data, [sequences.length, maxlen], dtype);
}
