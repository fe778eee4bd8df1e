import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { useBackend } from '../../backend/select.ts';
import { ArgumentError, ShapeError, UnsupportedError } from '../../errors.ts';
import { jit } from '../../jit/jit.ts';
import { SymbolicTensor } from '../../symbolic/symbolic-tensor.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as ops from '../index.ts';

useBackend(cpu.createSync!());

const table = (): Tensor =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

describe('shape', () => {
  test('reshape infers one size and names what does not fit', async () => {
    expect(await ops.reshape(table(), [-1, 2]).array()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(() => ops.reshape(table(), [4, -1])).toThrow(ShapeError);
  });

  test('reshape of a symbolic tensor keeps the unknown batch', () => {
    const x = new SymbolicTensor([null, 7, 7, 64], 'float32');
    expect(ops.reshape(x, [-1, 3136]).shape).toEqual([null, 3136]);
  });

  test('rearrange reads a pattern', async () => {
    expect(await ops.rearrange(table(), 'a b -> (b a)').array()).toEqual([1, 4, 2, 5, 3, 6]);
    expect(ops.rearrange(table(), 'a (b c) -> c a b', { c: 3 }).shape).toEqual([3, 2, 1]);
    expect(() => ops.rearrange(table(), 'a b -> a')).toThrow(ArgumentError);
  });

  test('view reads bits as another dtype', async () => {
    expect(await ops.view(tensor([1]), { dtype: 'int32' }).array()).toEqual([0x3f800000]);
    expect(await ops.view(tensor([1]), { dtype: 'uint8' }).array()).toEqual([0, 0, 0x80, 0x3f]);
  });
});

describe('manipulation', () => {
  test('roll, rot90 and flip move elements', async () => {
    expect(await ops.roll([1, 2, 3], 1).array()).toEqual([3, 1, 2]);
    expect(await ops.rot90(table()).array()).toEqual([
      [3, 6],
      [2, 5],
      [1, 4],
    ]);
    expect(await ops.flip(table(), { axis: 0 }).array()).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
  });

  test('repeat takes a count per element; as a tensor it is a promise', async () => {
    expect(await ops.repeat([1, 2], [2, 1]).array()).toEqual([1, 1, 2]);
    const counts = tensor([1, 2], [2], 'int32');
    expect(await (await ops.repeat([1, 2], counts)).array()).toEqual([1, 2, 2]);
    const traced = jit((c: Tensor) => void ops.repeat([1, 2], c));
    expect(() => traced(counts)).toThrow(UnsupportedError);
  });

  test('pad mirrors without and with the edge', async () => {
    const x = tensor([1, 2, 3]);
    expect(await ops.pad(x, [[2, 1]], { mode: 'reflect' }).array()).toEqual([3, 2, 1, 2, 3, 2]);
    expect(await ops.pad(x, [[2, 1]], { mode: 'symmetric' }).array()).toEqual([2, 1, 1, 2, 3, 3]);
    expect(await ops.pad(x, 1, { constantValues: 9 }).array()).toEqual([9, 1, 2, 3, 9]);
  });

  test('diag builds a matrix and reads one', async () => {
    expect(await ops.diag([1, 2], { k: 1 }).array()).toEqual([
      [0, 1, 0],
      [0, 0, 2],
      [0, 0, 0],
    ]);
    expect(await ops.diag(table(), { k: 1 }).array()).toEqual([2, 6]);
  });
});

describe('joining', () => {
  test('concatenate promotes, and names shapes that differ', async () => {
    const joined = ops.concatenate([tensor([1], [1], 'int32'), tensor([0.5])]);
    expect([joined.dtype, await joined.array()]).toEqual(['float32', [1, 0.5]]);
    expect(() => ops.concatenate([table(), tensor([[1, 2]])])).toThrow(ShapeError);
  });

  test('split gives equal parts or parts between indices', async () => {
    const parts = async (list: Tensor[]): Promise<unknown> =>
      Promise.all(list.map((part) => part.array()));
    const x = tensor([1, 2, 3, 4]);
    expect(await parts(ops.split(x, 2))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await parts(ops.split(x, [1, 3]))).toEqual([[1], [2, 3], [4]]);
    expect(await parts(ops.arraySplit(x, 3))).toEqual([[1, 2], [3], [4]]);
    expect(() => ops.split(x, 3)).toThrow(ShapeError);
  });

  test('meshgrid exchanges the first two axes unless indexing is ij', async () => {
    const [x] = ops.meshgrid([1, 2, 3], [4, 5]);
    expect(await x!.array()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(ops.meshgrid([1, 2, 3], [4, 5], { indexing: 'ij' })[0]!.shape).toEqual([3, 2]);
  });
});
