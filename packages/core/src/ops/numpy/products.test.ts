import { beforeAll, describe, expect, it } from '@jest/globals';
import { cpu } from '@addax/backend-cpu';
import { ops, SymbolicTensor, type Tensor, tensor, useBackend } from '@addax/core';
import { ArgumentError, ShapeError } from '../../errors.ts';

beforeAll(() => useBackend(cpu.createSync!()));

const a = (): Tensor =>
  tensor([
    [1, 2],
    [3, 4],
  ]);
const ones = (...shape: number[]): Tensor => ops.ones(shape);

describe('matmul', () => {
  it('multiplies matrices, and vectors as rows and columns', async () => {
    expect(await ops.matmul(a(), a()).array()).toEqual([
      [7, 10],
      [15, 22],
    ]);
    expect(await ops.matmul(a(), [1, 1]).array()).toEqual([3, 7]);
    expect(await ops.matmul([1, 1], a()).array()).toEqual([4, 6]);
  });

  it('broadcasts the axes before the last two', () => {
    expect(ops.matmul(ones(2, 1, 3, 4), ones(5, 4, 2)).shape).toEqual([2, 5, 3, 2]);
    expect(ops.matmul(ones(3, 4), ones(5, 4, 2)).shape).toEqual([5, 3, 2]);
  });

  it('keeps the unknown batch of symbolic tensors', () => {
    const images = new SymbolicTensor([null, 4], 'float32');
    expect(ops.matmul(images, ones(4, 3)).shape).toEqual([null, 3]);
  });

  it('names both shapes where they do not fit', () => {
    expect(() => ops.matmul(ones(2, 3), ones(4, 5))).toThrow(ShapeError);
    expect(() => ops.matmul(ones(2, 3), ones(4, 5))).toThrow('[2, 3] and [4, 5]');
  });
});

describe('einsum', () => {
  it('multiplies, transposes, takes diagonals and traces', async () => {
    expect(await ops.einsum('ij,jk->ik', a(), a()).array()).toEqual([
      [7, 10],
      [15, 22],
    ]);
    expect(await ops.einsum('ij->ji', a()).array()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(await ops.einsum('ii->i', a()).array()).toEqual([1, 4]);
    expect(await ops.einsum('ii', a()).item()).toBe(5);
  });

  it('broadcasts the axes behind dots', () => {
    expect(ops.einsum('...ij,...jk->...ik', ones(2, 1, 3, 4), ones(5, 4, 2)).shape).toEqual([
      2, 5, 3, 2,
    ]);
  });

  it('says what is wrong with its subscripts', () => {
    expect(() => ops.einsum('ij,jk', a())).toThrow(ArgumentError);
    expect(() => ops.einsum('ij->ik', a())).toThrow("'k' is in no operand");
    expect(() => ops.einsum('ij,jk->ik', a(), ones(3, 2))).toThrow('sizes 2 and 3');
  });
});

describe('other products', () => {
  it('go over chosen axes', async () => {
    expect(await ops.tensordot(a(), a(), { axes: 2 }).item()).toBe(30);
    expect(await ops.dot(a(), 2).array()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(await ops.inner([1, 2], [3, 4]).item()).toBe(11);
    expect(await ops.outer([1, 2], [3, 4]).array()).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(await ops.kron([1, 2], [1, 10]).array()).toEqual([1, 10, 2, 20]);
  });

  it('cross vectors of three components and of two', async () => {
    expect(await ops.cross([1, 0, 0], [0, 1, 0]).array()).toEqual([0, 0, 1]);
    expect(await ops.cross([1, 2], [3, 4]).item()).toBe(-2);
  });

  it('slide one vector along another', async () => {
    expect(await ops.correlate([1, 2, 3], [0, 1, 0.5]).array()).toEqual([3.5]);
    expect(await ops.correlate([1, 2, 3], [0, 1, 0.5], { mode: 'same' }).array()).toEqual([
      2, 3.5, 3,
    ]);
    expect(ops.correlate([1, 2, 3], [1, 1], { mode: 'full' }).shape).toEqual([4]);
  });

  it('raise matrices to powers, negative ones by the inverse', async () => {
    expect(await ops.matrixPower(a(), 2).array()).toEqual([
      [7, 10],
      [15, 22],
    ]);
    expect(
      await ops
        .matrixPower(
          [
            [0, 2],
            [1, 0],
          ],
          -1,
        )
        .array(),
    ).toEqual([
      [0, 1],
      [0.5, 0],
    ]);
    expect(await ops.matrixPower(a(), 0).array()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});
