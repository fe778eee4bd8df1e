import { expect, test } from '@jest/globals';
import { ArgumentError, DTypeError, ShapeError } from '../../errors.ts';
import type { Aval } from '../../graph/types.ts';
import { inferShapes } from './table.ts';

const f = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });

test('broadcast stretches axes of size 1 and adds axes', () => {
  expect(inferShapes('broadcast', [f(3, 1)], { shape: [2, 3, 4], axes: [1, 2] })).toEqual([
    f(2, 3, 4),
  ]);
  const to = (shape: number[], axes: number[]) => () =>
    inferShapes('broadcast', [f(3)], { shape, axes });
  expect(to([2, 4], [1])).toThrow('float32[3] does not stretch to [2, 4] with its axes at [1]');
  expect(to([3, 3], [2])).toThrow(ShapeError);
  expect(to([3, 3], [])).toThrow(ShapeError);
  expect(() => inferShapes('broadcast', [f(3, 3)], { shape: [3, 3], axes: [1, 0] })).toThrow(
    'axes [1, 0] must increase',
  );
});

test('reshape keeps the number of elements', () => {
  expect(inferShapes('reshape', [f(2, 3)], { shape: [6, 1] })).toEqual([f(6, 1)]);
  expect(() => inferShapes('reshape', [f(2, 3)], { shape: [5] })).toThrow(
    'reshape: float32[2, 3] has 6 elements but [5] needs 5',
  );
});

test('transpose wants a permutation', () => {
  expect(inferShapes('transpose', [f(2, 3, 4)], { permutation: [2, 0, 1] })).toEqual([f(4, 2, 3)]);
  for (const permutation of [
    [0, 0, 1],
    [0, 1],
    [0, 1, 3],
    [0, 1, 2, 2],
  ]) {
    expect(() => inferShapes('transpose', [f(2, 3, 4)], { permutation })).toThrow(ShapeError);
  }
});

test('slice counts strided places and stays inside', () => {
  const slice = (start: number[], limit: number[], strides: number[]) => () =>
    inferShapes('slice', [f(7, 4)], { start, limit, strides });
  expect(slice([1, 0], [7, 4], [3, 2])()).toEqual([f(2, 2)]);
  expect(slice([2, 0], [2, 4], [1, 1])()).toEqual([f(0, 4)]);
  expect(slice([0, 0], [8, 4], [1, 1])).toThrow('slice: 0:8 is out of range on axis 0');
  expect(slice([3, 0], [2, 4], [1, 1])).toThrow(ShapeError);
  expect(slice([0, 0], [7, 4], [0, 1])).toThrow(ShapeError);
  expect(slice([0], [7], [1])).toThrow(ShapeError);
});

test('pad grows, spreads and crops', () => {
  const pad =
    (low: number[], high: number[], interior: number[], value = f()) =>
    () =>
      inferShapes('pad', [f(4), value], { low, high, interior });
  expect(pad([1], [2], [2])()).toEqual([f(13)]);
  expect(pad([-1], [-2], [0])()).toEqual([f(1)]);
  expect(pad([-5], [0], [0])).toThrow('crop more than axis 0');
  expect(pad([0], [0], [-1])).toThrow(ShapeError);
  expect(pad([0], [0], [0], f(1))).toThrow('the padding value must be a scalar');
  expect(pad([0], [0], [0], { shape: [], dtype: 'int32' })).toThrow(DTypeError);
});

test('concat adds the sizes on its axis', () => {
  expect(inferShapes('concat', [f(2, 3), f(2, 0), f(2, 4)], { axis: 1 })).toEqual([f(2, 7)]);
  expect(() => inferShapes('concat', [f(2, 3), f(3, 3)], { axis: 1 })).toThrow(
    'concat: shapes [2, 3], [3, 3] must be equal except on axis 1',
  );
  expect(() => inferShapes('concat', [], { axis: 0 })).toThrow(ArgumentError);
});

test('reverse wants axes that are there', () => {
  expect(inferShapes('reverse', [f(2, 3)], { axes: [0, 1] })).toEqual([f(2, 3)]);
  expect(() => inferShapes('reverse', [f(2, 3)], { axes: [2] })).toThrow(
    'reverse: axis 2 is out of range for shape [2, 3]; expected 0 ≤ axis < 2',
  );
  expect(() => inferShapes('reverse', [f(2, 3)], { axes: [-1] })).toThrow(ShapeError);
});
