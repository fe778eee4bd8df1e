import { describe, expect, it } from '@jest/globals';
import { apply } from './testing.ts';

const SIX = [1, 2, 3, 4, 5, 6];

describe('index maps', () => {
  it('broadcast repeats along new and size-1 axes', () => {
    const [row] = apply('broadcast', [[[1, 2, 3], [3]]], { shape: [2, 3], axes: [1] });
    const [column] = apply(
      'broadcast',
      [
        [
          [1, 2],
          [2, 1],
        ],
      ],
      { shape: [2, 3], axes: [0, 1] },
    );
    expect([row, column]).toEqual([
      [1, 2, 3, 1, 2, 3],
      [1, 1, 1, 2, 2, 2],
    ]);
  });

  it('transpose, reverse and reshape move elements', () => {
    expect(apply('transpose', [[SIX, [2, 3]]], { permutation: [1, 0] })[0]).toEqual([
      1, 4, 2, 5, 3, 6,
    ]);
    expect(apply('reverse', [[SIX, [2, 3]]], { axes: [1] })[0]).toEqual([3, 2, 1, 6, 5, 4]);
    expect(apply('reshape', [[SIX, [2, 3]]], { shape: [3, 2] })[0]).toEqual(SIX);
  });

  it('slice takes every n-th of a window', () => {
    const attrs = { start: [0, 1], limit: [2, 3], strides: [1, 2] };
    expect(apply('slice', [[SIX, [2, 3]]], attrs)[0]).toEqual([2, 5]);
  });

  it('pad adds, crops and spreads', () => {
    const pad = (low: number[], high: number[], interior: number[]): number[] =>
      apply(
        'pad',
        [
          [[1, 2, 3], [3]],
          [[9], []],
        ],
        { low, high, interior },
      )[0];
    expect(pad([1], [2], [0])).toEqual([9, 1, 2, 3, 9, 9]);
    expect(pad([-1], [0], [0])).toEqual([2, 3]);
    expect(pad([-1], [2], [0])).toEqual([2, 3, 9, 9]);
    expect(pad([1], [-1], [1])).toEqual([9, 1, 9, 2, 9]);
  });

  it('concat joins along any axis, few operands or many', () => {
    const parts = Array.from({ length: 10 }, (_, i): [number[], number[]] => [
      [i, -i],
      [2, 1],
    ]);
    expect(apply('concat', parts.slice(0, 3), { axis: 1 })[0]).toEqual([0, 1, 2, -0, -1, -2]);
    expect(apply('concat', parts, { axis: 1 })[0]).toEqual([
      ...parts.map(([[a]]) => a),
      ...parts.map(([[, b]]) => b),
    ]);
    expect(apply('concat', parts.slice(0, 2), { axis: 0 })[0]).toEqual([0, -0, 1, -1]);
  });

  it('gather reads at indices and clamps them', () => {
    const [rows] = apply(
      'gather',
      [
        [SIX, [3, 2]],
        [[2, 0, 99, -5], [4], 'int32'],
      ],
      {
        axis: 0,
        batchDims: 0,
      },
    );
    expect(rows).toEqual([5, 6, 1, 2, 5, 6, 1, 2]);
  });

  it('gather pairs batch axes', () => {
    const [picked] = apply(
      'gather',
      [
        [SIX, [2, 3]],
        [[2, 0], [2, 1], 'int32'],
      ],
      {
        axis: 1,
        batchDims: 1,
      },
    );
    expect(picked).toEqual([3, 4]);
  });

  it('dynamicSlice clamps its start so that the window fits', () => {
    const at = (start: number): number[] =>
      apply(
        'dynamicSlice',
        [
          [[1, 2, 3, 4], [4]],
          [[start], [1], 'int32'],
        ],
        { sizes: [2] },
      )[0];
    expect([at(1), at(3), at(-7)]).toEqual([
      [2, 3],
      [3, 4],
      [1, 2],
    ]);
  });
});

describe('reductions', () => {
  it('sum over any axes', () => {
    const sum = (axes: number[]): number[] =>
      apply('reduce', [[SIX, [2, 3]]], { fn: 'sum', axes })[0];
    expect([sum([0]), sum([1]), sum([0, 1])]).toEqual([[5, 7, 9], [6, 15], [21]]);
  });

  it('start from their neutral element when there is nothing', () => {
    const empty = (fn: 'sum' | 'prod' | 'min' | 'max'): number[] =>
      apply('reduce', [[[], [2, 0]]], { fn, axes: [1] })[0];
    expect(empty('sum')).toEqual([0, 0]);
    expect(empty('prod')).toEqual([1, 1]);
    expect(empty('max')).toEqual([-Infinity, -Infinity]);
    const [lowest] = apply('reduce', [[[], [0], 'int8']], { fn: 'max', axes: [0] });
    expect(lowest).toEqual([-128]);
  });

  it('propagate NaN and treat bools as all and any', () => {
    expect(apply('reduce', [[[1, NaN, 3], [3]]], { fn: 'max', axes: [0] })[0]).toEqual([NaN]);
    const bools: [number[], number[], 'bool'] = [[0, 1, 1, 1], [2, 2], 'bool'];
    expect(apply('reduce', [bools], { fn: 'min', axes: [1] })[0]).toEqual([0, 1]);
    expect(apply('reduce', [bools], { fn: 'max', axes: [1] })[0]).toEqual([1, 1]);
  });

  it('add in float64 and round once', () => {
    const [sum] = apply('reduce', [[[1, 2 ** -24, 2 ** -24], [3]]], { fn: 'sum', axes: [0] });
    expect(sum).toEqual([1 + 2 ** -23]);
    const ones = Array.from({ length: 4096 }, () => 1);
    const [long] = apply('reduce', [[ones, [4096], 'float16']], { fn: 'sum', axes: [0] });
    expect(long).toEqual([4096]);
  });

  it('argReduce finds the first extreme, a NaN before any number', () => {
    const arg = (fn: 'min' | 'max', x: number[]): number[] =>
      apply('argReduce', [[x, [x.length]]], { fn, axis: 0 })[0];
    expect([arg('max', [1, 3, 3]), arg('min', [2, 1, 1]), arg('max', [5, NaN, 9, NaN])]).toEqual([
      [1],
      [1],
      [1],
    ]);
    expect(apply('argReduce', [[SIX, [2, 3]]], { fn: 'max', axis: 0 })[0]).toEqual([1, 1, 1]);
  });
});
