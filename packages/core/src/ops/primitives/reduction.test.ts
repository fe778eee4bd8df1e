import { expect, test } from '@jest/globals';
import { DTypeError, ShapeError } from '../../errors.ts';
import type { Aval } from '../../graph/types.ts';
import { inferShapes } from './table.ts';

const f = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });

test('reductions remove their axes', () => {
  expect(inferShapes('reduce', [f(2, 3, 4)], { fn: 'sum', axes: [0, 2] })).toEqual([f(3)]);
  expect(inferShapes('reduce', [f(0)], { fn: 'max', axes: [0] })).toEqual([f()]);
  expect(() => inferShapes('reduce', [f(2)], { fn: 'sum', axes: [1] })).toThrow(ShapeError);
  expect(() => inferShapes('reduce', [f(2, 3)], { fn: 'sum', axes: [1, 1] })).toThrow(ShapeError);
});

test('bool has min and max, but no sum', () => {
  const x: Aval = { shape: [2], dtype: 'bool' };
  expect(inferShapes('reduce', [x], { fn: 'min', axes: [0] })).toEqual([
    { shape: [], dtype: 'bool' },
  ]);
  expect(() => inferShapes('reduce', [x], { fn: 'sum', axes: [0] })).toThrow(DTypeError);
  expect(() => inferShapes('cumulative', [x], { fn: 'sum', axis: 0, reverse: false })).toThrow(
    DTypeError,
  );
});

test('argReduce gives int32 and refuses an empty axis', () => {
  expect(inferShapes('argReduce', [f(2, 3)], { fn: 'max', axis: 0 })).toEqual([
    { shape: [3], dtype: 'int32' },
  ]);
  expect(() => inferShapes('argReduce', [f(2, 0)], { fn: 'max', axis: 1 })).toThrow('is empty');
});

test('sort gives values and int32 indices', () => {
  expect(inferShapes('sort', [f(2, 3)], { axis: 1, descending: true })).toEqual([
    f(2, 3),
    { shape: [2, 3], dtype: 'int32' },
  ]);
  expect(() => inferShapes('sort', [f()], { axis: 0, descending: true })).toThrow(ShapeError);
});
