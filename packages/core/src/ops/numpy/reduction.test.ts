import { beforeAll, describe, expect, it } from '@jest/globals';
import { cpu } from '@addax/backend-cpu';
import { grad, jit, ops, type Tensor, tensor, useBackend } from '@addax/core';
import { ArgumentError, ShapeError, UnsupportedError } from '../../errors.ts';

beforeAll(() => useBackend(cpu.createSync!()));

const x = (): Tensor =>
  tensor([
    [1, 2, 3],
    [4, 5, 9],
  ]);
const slope = (op: (t: Tensor) => Tensor, at: number[]): Promise<unknown> =>
  grad((t: Tensor) => ops.sum(op(t)))(tensor(at)).array();

describe('reductions', () => {
  it('take all axes, one, or several, and may keep them', async () => {
    expect(await ops.sum(x()).item()).toBe(24);
    expect(await ops.sum(x(), { axis: 0 }).array()).toEqual([5, 7, 12]);
    expect(await ops.max(x(), { axis: -1, keepdims: true }).array()).toEqual([[3], [9]]);
    expect(ops.mean(x(), { axis: [0, 1], keepdims: true }).shape).toEqual([1, 1]);
  });

  it('make sums of small integers in 32 bits and means of integers in floatx', () => {
    expect(ops.sum([true, true]).dtype).toBe('int32');
    expect(ops.sum(tensor([1], undefined, 'uint8')).dtype).toBe('uint32');
    expect(ops.mean(tensor([1], undefined, 'int32')).dtype).toBe('float32');
    expect(ops.max(tensor([1], undefined, 'uint8')).dtype).toBe('uint8');
  });

  it('do not overflow where the mean of 16-bit floats is in range', async () => {
    const large = tensor([60000, 60000], undefined, 'float16');
    expect(await ops.mean(large).item()).toBeCloseTo(60000, -2);
  });

  it('need initial for an extreme of nothing', async () => {
    const nothing = tensor([], [2, 0]);
    expect(() => ops.max(nothing, { axis: 1 })).toThrow(ShapeError);
    expect(await ops.max(nothing, { axis: 1, initial: 3 }).array()).toEqual([3, 3]);
  });

  it('name an axis that is not there', () => {
    expect(() => ops.sum(x(), { axis: 2 })).toThrow('axis 2 is out of range');
  });
});

describe('NaN', () => {
  const holes = (): Tensor =>
    tensor([
      [1, NaN, 3],
      [NaN, NaN, NaN],
    ]);

  it('wins in plain reductions', async () => {
    expect(await ops.max(holes(), { axis: 1 }).array()).toEqual([NaN, NaN]);
    expect(await ops.median(holes(), { axis: 1 }).array()).toEqual([NaN, NaN]);
  });

  it('is left out by the others, which give NaN or −1 where nothing is left', async () => {
    expect(await ops.nansum(holes(), { axis: 1 }).array()).toEqual([4, 0]);
    expect(await ops.nanmean(holes(), { axis: 1 }).array()).toEqual([2, NaN]);
    expect(await ops.nanmax(holes(), { axis: 1 }).array()).toEqual([3, NaN]);
    expect(await ops.nanmedian(holes(), { axis: 1 }).array()).toEqual([2, NaN]);
    expect(await ops.nanargmax(holes(), { axis: 1 }).array()).toEqual([2, -1]);
  });
});

describe('gradients', () => {
  it('are shared by ties, and halved between the two middles of a median', async () => {
    expect(await slope((t) => ops.max(t), [2, 2, 1])).toEqual([0.5, 0.5, 0]);
    expect(await slope((t) => ops.median(t), [1, 2, 3, 4])).toEqual([0, 0.5, 0.5, 0]);
  });

  it('go through products with zeros', async () => {
    expect(await slope((t) => ops.prod(t), [0, 2, 3])).toEqual([6, 0, 0]);
  });
});

describe('quantiles', () => {
  it('interpolate, or take a neighbour', async () => {
    const four = [0, 1, 2, 3];
    expect(await ops.quantile(four, [0.25, 0.5]).array()).toEqual([0.75, 1.5]);
    expect(await ops.percentile(four, 50, { method: 'lower' }).item()).toBe(1);
    expect(await ops.quantile(four, 0.5, { method: 'nearest' }).item()).toBe(2);
  });

  it('refuse an unknown method', () => {
    const method = 'cubic' as 'linear';
    expect(() => ops.quantile([1], 0.5, { method })).toThrow(ArgumentError);
  });
});

describe('statistics', () => {
  it('average with weights along an axis', async () => {
    expect(await ops.average(x(), { axis: 1, weights: [1, 1, 0] }).array()).toEqual([1.5, 4.5]);
  });

  it('give mean and variance together', async () => {
    const [mean, variance] = ops.moments([1, 3], [0]);
    expect([await mean.item(), await variance.item()]).toEqual([2, 1]);
  });

  it('correlate rows', async () => {
    const correlation = await ops
      .corrcoef([
        [1, 2, 3],
        [3, 2, 1],
      ])
      .data();
    expect(correlation[0]).toBeCloseTo(1, 6);
    expect(correlation[1]).toBeCloseTo(-1, 6);
  });

  it('measure vectors and matrices', async () => {
    expect(await ops.norm([3, 4]).item()).toBe(5);
    expect(
      await ops
        .norm(
          [
            [1, -2],
            [3, 4],
          ],
          { ord: 1, axis: [0, 1] },
        )
        .item(),
    ).toBe(6);
    expect(
      await ops
        .norm(
          [
            [1, -2],
            [3, 4],
          ],
          { ord: Infinity, axis: [0, 1] },
        )
        .item(),
    ).toBe(7);
    expect(() => ops.norm([[1]], { ord: 2, axis: [0, 1] })).toThrow(UnsupportedError);
  });
});

describe('running and neighbouring', () => {
  it('add up along an axis, or through all elements', async () => {
    expect(await ops.cumsum(x(), { axis: 1 }).array()).toEqual([
      [1, 3, 6],
      [4, 9, 18],
    ]);
    expect(await ops.cumprod(x()).array()).toEqual([1, 2, 6, 24, 120, 1080]);
  });

  it('take differences and integrals', async () => {
    expect(await ops.diff([1, 4, 9], { n: 2 }).array()).toEqual([2]);
    expect(await ops.trapezoid([1, 2, 3], { x: [4, 6, 8] }).item()).toBe(8);
    expect(await ops.trace(x(), { offset: 1 }).item()).toBe(11);
  });
});

describe('counts', () => {
  it('are as long as the largest value, a promise, or as minlength says', async () => {
    expect(await (await ops.bincount([0, 2, 2])).array()).toEqual([1, 0, 2]);
    expect(await ops.bincount([0, 2, 2], { minlength: 4 }).array()).toEqual([1, 0, 2, 0]);
  });

  it('name the option that a trace needs', () => {
    const count = jit((t: Tensor) => ops.bincount(t) as unknown as Tensor);
    expect(() => count(tensor([1], undefined, 'int32'))).toThrow('minlength');
  });

  it('fall into bins, the last one closed', async () => {
    const [counts, edges] = ops.histogram([1, 2, 1], { bins: 2 });
    expect(await counts.array()).toEqual([2, 1]);
    expect(await edges.array()).toEqual([1, 1.5, 2]);
  });
});

describe('places', () => {
  it('of extremes are the first ones; −0 is below 0', async () => {
    expect(
      await ops
        .argmax(
          [
            [1, 3, 3],
            [5, 4, 5],
          ],
          { axis: 1 },
        )
        .array(),
    ).toEqual([1, 0]);
    expect(await ops.argmin(tensor([0, -0])).item()).toBe(1);
  });

  it('where a condition holds are a promise, or as many as size says', async () => {
    const mask = [
      [true, false],
      [false, true],
    ];
    const [rows, columns] = await ops.where(mask);
    expect([await rows!.array(), await columns!.array()]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    const [first] = ops.where(mask, { size: 1 });
    expect(await first!.array()).toEqual([0]);
  });

  it('choose by the condition', async () => {
    expect(await ops.where([true, false], [1, 2], 0).array()).toEqual([1, 0]);
  });
});
