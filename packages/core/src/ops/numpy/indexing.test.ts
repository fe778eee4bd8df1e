import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { useBackend } from '../../backend/select.ts';
import { ArgumentError, ShapeError, UnsupportedError } from '../../errors.ts';
import { jit } from '../../jit/jit.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as ops from '../index.ts';

useBackend(cpu.createSync!());

const table = (): Tensor =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

describe('getItem', () => {
  test('follows the rules of Python', async () => {
    const at = async (...key: ops.KeyItem[]): Promise<unknown> => ops.getItem(table(), key).array();
    expect(await at(-1)).toEqual([4, 5, 6]);
    expect(await at('...', { start: 1 })).toEqual([
      [2, 3],
      [5, 6],
    ]);
    expect(await at({}, { step: -2 })).toEqual([
      [3, 1],
      [6, 4],
    ]);
    expect(await at(null, 0, { stop: 1 })).toEqual([[1]]);
  });

  test('refuses what is not there', () => {
    expect(() => ops.getItem(table(), 2)).toThrow(ShapeError);
    expect(() => ops.getItem(table(), [0, 0, 0])).toThrow(ArgumentError);
  });
});

describe('take', () => {
  test('counts negative indices from the end and flattens without an axis', async () => {
    expect(await ops.take(table(), [0, -1]).array()).toEqual([1, 6]);
    expect(await ops.take(table(), [[2], [0]], { axis: 1 }).array()).toEqual([
      [[3], [1]],
      [[6], [4]],
    ]);
  });

  test('takeAlongAxis has indices of its own for each row', async () => {
    expect(await ops.takeAlongAxis(table(), [[2], [0]], { axis: 1 }).array()).toEqual([[3], [4]]);
  });
});

describe('scatter', () => {
  test('adds up equal positions and drops those out of range', async () => {
    const sums = ops.scatter([[0], [2], [0], [9]], tensor([1, 2, 3, 4]), [3]);
    expect(await sums.array()).toEqual([4, 0, 2]);
  });

  test('scatterUpdate writes, or joins as asked', async () => {
    const x = tensor([1, 2, 3]);
    expect(await ops.scatterUpdate(x, [[1]], tensor([9])).array()).toEqual([1, 9, 3]);
    const product = ops.scatterUpdate(x, [[1], [1]], tensor([2, 5]), { reduction: 'mul' });
    expect(await product.array()).toEqual([1, 20, 3]);
  });
});

describe('shapes that depend on data', () => {
  test('are promises without a size', async () => {
    const [rows, columns] = await ops.nonzero([
      [0, 1],
      [1, 0],
    ]);
    expect([await rows!.array(), await columns!.array()]).toEqual([
      [0, 1],
      [1, 0],
    ]);
    const found = (await ops.unique([3, 1, 3])) as Tensor;
    expect(await found.array()).toEqual([1, 3]);
    const sums = await ops.segmentSum(tensor([1, 2, 3]), [0, 2, 0]);
    expect(await sums.array()).toEqual([4, 0, 2]);
  });

  test('are known with a size, also in a compiled function', async () => {
    const run = jit((x: Tensor) => [
      ops.nonzero(x, { size: 3, fillValue: -1 })[0]!,
      ops.unique(x, { size: 3, fillValue: 7 }) as Tensor,
    ]);
    const [places, values] = run(tensor([0, 5, 0, 5]));
    expect(await places!.array()).toEqual([1, 3, -1]);
    expect(await values!.array()).toEqual([0, 5, 7]);
  });

  test('name the option in a trace', () => {
    expect(() => jit((x: Tensor) => void ops.nonzero(x))(tensor([1]))).toThrow(UnsupportedError);
    expect(() => jit((x: Tensor) => void ops.unique(x))(tensor([1]))).toThrow(/"size"/);
    expect(() => jit((x: Tensor) => void ops.segmentSum(x, [0]))(tensor([1]))).toThrow(
      /"numSegments"/,
    );
  });
});

describe('sorting', () => {
  test('puts NaN last and keeps the order of equal elements', async () => {
    expect(await ops.sort(tensor([2, NaN, 1])).array()).toEqual([1, 2, NaN]);
    expect(await ops.argsort([1, 0, 1, 0]).array()).toEqual([1, 3, 0, 2]);
  });

  test('topK gives values and positions, the first of equal ones first', async () => {
    const [values, positions] = ops.topK(tensor([1, 3, 3, 2]), 2);
    expect([await values.array(), await positions.array()]).toEqual([
      [3, 3],
      [1, 2],
    ]);
  });

  test('searchsorted goes before or after equal elements', async () => {
    const edges = tensor([1, 2, 2, 3]);
    expect(await ops.searchsorted(edges, 2).item()).toBe(1);
    expect(await ops.searchsorted(edges, 2, { side: 'right' }).item()).toBe(3);
  });
});
