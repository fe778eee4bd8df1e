/** Samples of the three convolutions. */
import type { DType } from '../../dtypes.ts';
import type { ConvAttrs } from '../../graph/types.ts';
import { operand, type OpSample, sample } from '../sample.ts';

interface Case {
  readonly name: string;
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly y: readonly number[];
  readonly attrs: ConvAttrs;
  readonly dtype: DType;
}

const plain: ConvAttrs = {
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
  groups: 1,
  layout: 'channelsLast',
};

const CASES: readonly Case[] = [
  {
    name: 'valid',
    x: [2, 5, 5, 2],
    kernel: [3, 3, 2, 3],
    y: [2, 3, 3, 3],
    attrs: plain,
    dtype: 'float64',
  },
  {
    name: 'float32',
    x: [2, 9, 8, 3],
    kernel: [3, 2, 3, 5],
    y: [2, 7, 7, 5],
    attrs: plain,
    dtype: 'float32',
  },
  {
    name: 'one by one',
    x: [1, 4, 4, 3],
    kernel: [1, 1, 3, 4],
    y: [1, 4, 4, 4],
    attrs: plain,
    dtype: 'float64',
  },
  {
    name: 'same, strides',
    x: [1, 6, 5, 2],
    kernel: [3, 3, 2, 2],
    y: [1, 3, 3, 2],
    attrs: {
      ...plain,
      strides: [2, 2],
      padding: [
        [0, 1],
        [1, 1],
      ],
    },
    dtype: 'float64',
  },
  {
    name: 'dilation',
    x: [1, 7, 7, 1],
    kernel: [3, 3, 1, 2],
    y: [1, 3, 3, 2],
    attrs: { ...plain, dilation: [2, 2] },
    dtype: 'float64',
  },
  {
    name: 'strides and dilation',
    x: [1, 9, 8, 1],
    kernel: [2, 2, 1, 2],
    y: [1, 4, 3, 2],
    attrs: { ...plain, strides: [2, 2], dilation: [2, 3] },
    dtype: 'float64',
  },
  {
    name: 'groups',
    x: [1, 5, 5, 4],
    kernel: [3, 3, 2, 6],
    y: [1, 3, 3, 6],
    attrs: { ...plain, groups: 2 },
    dtype: 'float64',
  },
  {
    name: 'depthwise',
    x: [1, 5, 5, 3],
    kernel: [3, 3, 1, 6],
    y: [1, 3, 3, 6],
    attrs: { ...plain, groups: 3 },
    dtype: 'float64',
  },
  {
    name: 'channels first',
    x: [2, 2, 5, 6],
    kernel: [3, 3, 2, 3],
    y: [2, 3, 5, 4],
    attrs: {
      ...plain,
      padding: [
        [1, 1],
        [0, 0],
      ],
      layout: 'channelsFirst',
    },
    dtype: 'float64',
  },
  {
    name: 'cropping padding',
    x: [1, 6, 6, 1],
    kernel: [2, 2, 1, 1],
    y: [1, 4, 5, 1],
    attrs: {
      ...plain,
      padding: [
        [-1, 0],
        [1, -1],
      ],
    },
    dtype: 'float64',
  },
  {
    name: 'one axis',
    x: [2, 8, 3],
    kernel: [3, 3, 2],
    y: [2, 4, 2],
    attrs: { strides: [2], padding: [[1, 0]], dilation: [1], groups: 1, layout: 'channelsLast' },
    dtype: 'float64',
  },
  {
    name: 'three axes',
    x: [1, 3, 4, 3, 2],
    kernel: [2, 2, 2, 2, 2],
    y: [1, 2, 3, 2, 2],
    attrs: {
      strides: [1, 1, 1],
      padding: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      dilation: [1, 1, 1],
      groups: 1,
      layout: 'channelsLast',
    },
    dtype: 'float64',
  },
  {
    name: 'float16',
    x: [1, 4, 4, 2],
    kernel: [2, 2, 2, 2],
    y: [1, 3, 3, 2],
    attrs: plain,
    dtype: 'float16',
  },
];

export const SAMPLES: readonly OpSample[] = CASES.flatMap(
  ({ name, x, kernel, y, attrs, dtype }) => {
    const values = dtype === 'float16' ? 'unit' : 'normal';
    const [input, filters, ct] = [x, kernel, y].map((shape) => operand(shape, dtype, values)) as [
      ReturnType<typeof operand>,
      ReturnType<typeof operand>,
      ReturnType<typeof operand>,
    ];
    const gradient = dtype === 'float64';
    return [
      sample('conv', name, [input, filters], attrs, gradient),
      sample('convGradInput', name, [ct, filters], { ...attrs, inputShape: x }, gradient),
      sample('convGradKernel', name, [input, ct], { ...attrs, kernelShape: kernel }, gradient),
    ];
  },
);
