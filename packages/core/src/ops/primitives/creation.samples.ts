/** Samples of the creation ops. */
import { operand, type OpSample, sample } from '../sample.ts';

const key = (a: number, b: number): ReturnType<typeof operand> => operand([2], 'uint32', [a, b]);

export const SAMPLES: readonly OpSample[] = [
  sample('full', 'float', [], { value: 0.1, shape: [2, 3], dtype: 'float32' }),
  sample('full', 'NaN', [], { value: NaN, shape: [2], dtype: 'float32' }),
  sample('full', 'infinity', [], { value: -Infinity, shape: [3], dtype: 'float32' }),
  sample('full', 'negative zero', [], { value: -0, shape: [], dtype: 'float32' }),
  sample('full', 'half', [], { value: 0.1, shape: [3], dtype: 'float16' }),
  sample('full', 'bfloat16', [], { value: 0.1, shape: [3], dtype: 'bfloat16' }),
  sample('full', 'smallest int32', [], { value: -2147483648, shape: [2], dtype: 'int32' }),
  sample('full', 'largest uint32', [], { value: 4294967295, shape: [2], dtype: 'uint32' }),
  sample('full', 'int8', [], { value: -128, shape: [2], dtype: 'int8' }),
  sample('full', 'bool', [], { value: 1, shape: [2, 2], dtype: 'bool' }),
  sample('full', 'empty', [], { value: 3, shape: [0, 2], dtype: 'float32' }),
  sample('iota', 'rows', [], { shape: [3, 4], axis: 0, dtype: 'int32' }),
  sample('iota', 'columns', [], { shape: [3, 4], axis: 1, dtype: 'float32' }),
  sample('iota', 'uint8', [], { shape: [5], axis: 0, dtype: 'uint8' }),
  sample('iota', 'int64', [], { shape: [5], axis: 0, dtype: 'int64' }),
  sample('iota', 'half', [], { shape: [5], axis: 0, dtype: 'float16' }),
  sample('randomBits', 'known answer', [key(0, 0)], { shape: [2] }),
  sample('randomBits', 'odd length', [key(1, 2)], { shape: [7] }),
  sample('randomBits', 'matrix', [key(4294967295, 123456789)], { shape: [3, 5] }),
  sample('randomBits', 'rank 0', [key(7, 0)], { shape: [] }),
];
