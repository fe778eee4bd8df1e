import { describe, expect, test } from '@jest/globals';
import { ShapeError } from '../../errors.ts';
import type { Aval, ConvAttrs, PoolAttrs } from '../../graph/types.ts';
import { inferShapes } from './table.ts';

const f = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });
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

describe('convolution', () => {
  const conv =
    (x: Aval, kernel: Aval, attrs: Partial<ConvAttrs> = {}) =>
    () =>
      inferShapes('conv', [x, kernel], { ...plain, ...attrs });

  test('counts windows with strides, padding and dilation', () => {
    expect(conv(f(2, 28, 28, 1), f(3, 3, 1, 8))()).toEqual([f(2, 26, 26, 8)]);
    const attrs = {
      strides: [2, 1],
      padding: [
        [1, 0],
        [0, 2],
      ],
      dilation: [1, 2],
    } as const;
    expect(conv(f(1, 6, 5, 2), f(3, 2, 2, 4), attrs)()).toEqual([f(1, 3, 5, 4)]);
    expect(conv(f(1, 4, 6, 6), f(3, 3, 4, 2), { layout: 'channelsFirst' })()).toEqual([
      f(1, 2, 4, 4),
    ]);
  });

  test('the kernel fits the channels and groups', () => {
    expect(conv(f(1, 5, 5, 4), f(3, 3, 2, 6), { groups: 2 })()).toEqual([f(1, 3, 3, 6)]);
    expect(conv(f(1, 5, 5, 4), f(3, 3, 3, 6))).toThrow('4 channels in 1 group(s)');
    expect(conv(f(1, 5, 5, 4), f(3, 3, 2, 5), { groups: 2 })).toThrow(ShapeError);
    expect(conv(f(1, 5, 5, 4), f(3, 4, 6))).toThrow(
      'must be [spatial…, channels / groups, filters]',
    );
    expect(conv(f(5, 4), f(4, 6))).toThrow('at least one spatial axis');
  });

  test('windows larger than the input are refused', () => {
    expect(conv(f(1, 2, 5, 1), f(3, 3, 1, 1))).toThrow(
      'conv: spatial axis 0 has 2 positions with its padding, fewer than the window of 3',
    );
    expect(conv(f(1, 5, 5, 1), f(3, 3, 1, 1), { strides: [1] })).toThrow(ShapeError);
    expect(conv(f(1, 5, 5, 1), f(3, 3, 1, 1), { padding: [[0, 0]] })).toThrow(ShapeError);
  });

  test('the gradients know what the convolution gives', () => {
    const [x, kernel, y] = [f(2, 5, 5, 2), f(3, 3, 2, 3), f(2, 3, 3, 3)];
    const gradInput = (ct: Aval) => () =>
      inferShapes('convGradInput', [ct, kernel], { ...plain, inputShape: x.shape });
    const gradKernel = (ct: Aval) => () =>
      inferShapes('convGradKernel', [x, ct], { ...plain, kernelShape: kernel.shape });
    expect(gradInput(y)()).toEqual([x]);
    expect(gradKernel(y)()).toEqual([kernel]);
    expect(gradInput(f(2, 4, 3, 3))).toThrow('but the convolution gives [2, 3, 3, 3]');
    expect(gradKernel(f(2, 4, 3, 3))).toThrow(ShapeError);
  });
});

describe('pooling', () => {
  const attrs: PoolAttrs = {
    fn: 'max',
    window: [2, 2],
    strides: [2, 2],
    padding: [
      [0, 0],
      [0, 1],
    ],
    dilation: [1, 1],
    layout: 'channelsLast',
  };

  test('keeps batch and channels', () => {
    expect(inferShapes('pool', [f(3, 5, 5, 7)], attrs)).toEqual([f(3, 2, 3, 7)]);
    expect(() => inferShapes('pool', [f(3, 1, 5, 7)], attrs)).toThrow(ShapeError);
    expect(() => inferShapes('pool', [f(3, 5, 5, 7)], { ...attrs, window: [2] })).toThrow(
      ShapeError,
    );
  });

  test('its gradient takes x, y and a cotangent like y', () => {
    const [x, y] = [f(3, 5, 5, 7), f(3, 2, 3, 7)];
    expect(inferShapes('poolGrad', [x, y, y], attrs)).toEqual([x]);
    expect(() => inferShapes('poolGrad', [x, y, x], attrs)).toThrow('pooling float32[3, 5, 5, 7]');
  });
});
