/** Samples of pooling and its gradient. */
import type { DType } from '../../dtypes.ts';
import type { PoolAttrs } from '../../graph/types.ts';
import { operand, type OpSample, sample } from '../sample.ts';

interface Case {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly attrs: Omit<PoolAttrs, 'fn'>;
  readonly dtype: DType;
}

const plain: Omit<PoolAttrs, 'fn'> = {
  window: [2, 2],
  strides: [2, 2],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
  layout: 'channelsLast',
};

const CASES: readonly Case[] = [
  { name: 'halving', x: [2, 4, 6, 2], y: [2, 2, 3, 2], attrs: plain, dtype: 'float64' },
  { name: 'float32', x: [1, 5, 5, 3], y: [1, 2, 2, 3], attrs: plain, dtype: 'float32' },
  {
    name: 'overlapping, same',
    x: [1, 5, 5, 1],
    y: [1, 3, 3, 1],
    attrs: {
      ...plain,
      window: [3, 3],
      padding: [
        [1, 1],
        [1, 1],
      ],
    },
    dtype: 'float64',
  },
  {
    name: 'dilation',
    x: [1, 6, 6, 1],
    y: [1, 4, 4, 1],
    attrs: { ...plain, strides: [1, 1], dilation: [2, 2] },
    dtype: 'float64',
  },
  {
    name: 'channels first',
    x: [1, 2, 4, 4],
    y: [1, 2, 2, 2],
    attrs: { ...plain, layout: 'channelsFirst' },
    dtype: 'float64',
  },
  {
    name: 'one axis',
    x: [2, 7, 2],
    y: [2, 3, 2],
    attrs: { window: [3], strides: [2], padding: [[0, 0]], dilation: [1], layout: 'channelsLast' },
    dtype: 'float64',
  },
  { name: 'float16', x: [1, 4, 4, 1], y: [1, 2, 2, 1], attrs: plain, dtype: 'float16' },
];

/** Four by four with its 2 × 2 windows' maxima; in the last window all are equal. */
const KNOWN = {
  x: [1, 2, 5, 3, 4, 3, 2, 1, 9, 7, 6, 6, 8, 7, 6, 6],
  max: [4, 5, 9, 6],
};

export const SAMPLES: readonly OpSample[] = [
  ...CASES.flatMap(({ name, x, y, attrs, dtype }) => {
    const gradient = dtype === 'float64';
    const input = operand(x, dtype);
    const result = operand(y, dtype);
    return [
      sample('pool', `max, ${name}`, [input], { ...attrs, fn: 'max' }, gradient),
      sample('pool', `sum, ${name}`, [input], { ...attrs, fn: 'sum' }, gradient),
      sample(
        'poolGrad',
        `sum, ${name}`,
        [input, result, result],
        { ...attrs, fn: 'sum' },
        gradient,
      ),
    ];
  }),
  sample(
    'poolGrad',
    'max goes to the first maximum',
    [
      operand([1, 4, 4, 1], 'float32', KNOWN.x),
      operand([1, 2, 2, 1], 'float32', KNOWN.max),
      operand([1, 2, 2, 1], 'float32', [1, 2, 3, 4]),
    ],
    { ...plain, fn: 'max' },
  ),
  sample(
    'pool',
    'max, NaN',
    [operand([1, 2, 4, 1], 'float32', [1, NaN, 3, 4, 5, 6, 7, -Infinity])],
    {
      ...plain,
      fn: 'max',
    },
  ),
  sample('pool', 'max, int32', [operand([1, 4, 4, 1], 'int32', 'integers')], {
    ...plain,
    fn: 'max',
  }),
];
