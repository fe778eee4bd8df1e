import { beforeAll, describe, expect, it } from '@jest/globals';
import { cpu } from '@addax/backend-cpu';
import { ops, tensor, useBackend } from '@addax/core';
import { ArgumentError } from '../../errors.ts';

beforeAll(() => useBackend(cpu.createSync!()));

describe('tensors of one value', () => {
  it('are floatx, or what dtype says', () => {
    expect(ops.zeros([2, 3]).dtype).toBe('float32');
    expect(ops.ones(3, { dtype: 'int32' }).shape).toEqual([3]);
    expect(ops.zerosLike(tensor([true])).dtype).toBe('bool');
  });

  it('may be filled by what broadcasts', async () => {
    expect(await ops.full([2, 2], [1, 2]).array()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('refuse sizes that are not whole', () => {
    expect(() => ops.zeros([1.5])).toThrow(ArgumentError);
  });
});

describe('matrices', () => {
  it('have ones on a diagonal, or below it', async () => {
    expect(await ops.eye(2, { M: 3, k: 1 }).array()).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(await ops.tri(2).array()).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });
});

describe('sequences', () => {
  it('count, whole numbers as int32', async () => {
    expect(await ops.arange(3).array()).toEqual([0, 1, 2]);
    expect(await ops.arange(7, -3, -4).array()).toEqual([7, 3, -1]);
    expect(ops.arange(0, 1, 0.25).dtype).toBe('float32');
    expect(ops.arange(3, { dtype: 'float32' }).dtype).toBe('float32');
  });

  it('divide a range into equal steps or ratios, both ends exact', async () => {
    expect(await ops.linspace(0, 1, { num: 5 }).array()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(await ops.linspace(0, 9, { num: 4, dtype: 'int32' }).array()).toEqual([0, 3, 6, 9]);
    expect(await ops.geomspace(1, 1000, { num: 4 }).array()).toEqual([1, 10, 100, 1000]);
    expect(await ops.logspace(0, 2, { num: 3 }).array()).toEqual([1, 10, 100]);
  });

  it('may give the step too, and start from tensors', async () => {
    const [, step] = ops.linspace(0, 1, { num: 5, retstep: true });
    expect(await step.item()).toBe(0.25);
    expect(await ops.linspace(tensor([0, 1]), 3, { num: 2, axis: -1 }).array()).toEqual([
      [0, 3],
      [1, 3],
    ]);
  });
});

describe('host values', () => {
  it('are int32 if whole, floatx otherwise, bool for booleans', () => {
    expect(ops.array([1, 2]).dtype).toBe('int32');
    expect(ops.convertToTensor([1, 2.5]).dtype).toBe('float32');
    expect(ops.array([true]).dtype).toBe('bool');
  });

  it('lose nothing on the way to their dtype', async () => {
    expect(await ops.array([0.1], { dtype: 'float64' }).item()).toBe(0.1);
    expect(await ops.array([1e10], { dtype: 'float32' }).item()).toBe(1e10);
  });
});

describe('classes', () => {
  it('become vectors; numbers that are no class give zeros', async () => {
    expect(await ops.oneHot([0, 2, 3], 3).array()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(await ops.multiHot([[0, 2]], { numClasses: 3 }).array()).toEqual([[1, 0, 1]]);
  });
});

describe('windows', () => {
  it('are symmetric, and 1 for a single point', async () => {
    expect(await ops.bartlett(5).array()).toEqual([0, 0.5, 1, 0.5, 0]);
    expect(await ops.hanning(3).array()).toEqual([0, 1, 0]);
    expect(await ops.kaiser(3, 0).array()).toEqual([1, 1, 1]);
    expect(await ops.hamming(1).array()).toEqual([1]);
  });
});
