import { expect, test } from '@jest/globals';
import { DTypeError, ShapeError } from '../../errors.ts';
import type { Aval } from '../../graph/types.ts';
import { inferShapes } from './table.ts';

const f = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });
const i = (...shape: number[]): Aval => ({ shape, dtype: 'int32' });

test('gather puts the index axes where the axis was', () => {
  const gather = (x: Aval, indices: Aval, axis: number, batchDims: number) => () =>
    inferShapes('gather', [x, indices], { axis, batchDims });
  expect(gather(f(5, 3), i(2, 4), 0, 0)()).toEqual([f(2, 4, 3)]);
  expect(gather(f(5, 3), i(), 1, 0)()).toEqual([f(5)]);
  expect(gather(f(2, 7, 5, 3), i(2, 4), 2, 1)()).toEqual([f(2, 7, 4, 3)]);
  expect(gather(f(2, 5), i(3, 4), 1, 1)).toThrow('the first 1 axes of float32[2, 5]');
  expect(gather(f(2, 5), i(2), 0, 1)).toThrow(ShapeError);
  expect(gather(f(2, 5), f(2), 0, 0)).toThrow(DTypeError);
  expect(gather(f(0, 5), i(2), 0, 0)).toThrow('is empty');
  expect(gather(f(0, 5), i(0), 0, 0)()).toEqual([f(0, 5)]);
});

test('the updates of scatter are shaped as what gather reads', () => {
  const scatter = (updates: Aval, mode: 'set' | 'add') => () =>
    inferShapes('scatter', [f(5, 3), i(2), updates], { axis: 0, batchDims: 0, mode });
  expect(scatter(f(2, 3), 'add')()).toEqual([f(5, 3)]);
  expect(scatter(f(3, 2), 'add')).toThrow('must have the shape [2, 3]');
  expect(scatter(i(2, 3), 'set')).toThrow(DTypeError);
  const bools: Aval[] = [{ shape: [5], dtype: 'bool' }, i(2), { shape: [2], dtype: 'bool' }];
  const place = { axis: 0, batchDims: 0 };
  expect(inferShapes('scatter', bools, { ...place, mode: 'set' })).toEqual([bools[0]]);
  expect(() => inferShapes('scatter', bools, { ...place, mode: 'add' })).toThrow(DTypeError);
});

test('windows fit and have one start per axis', () => {
  expect(inferShapes('dynamicSlice', [f(5, 3), i(2)], { sizes: [2, 3] })).toEqual([f(2, 3)]);
  expect(() => inferShapes('dynamicSlice', [f(5, 3), i(2)], { sizes: [2, 4] })).toThrow(
    'a window of [2, 4] does not fit float32[5, 3]',
  );
  expect(() => inferShapes('dynamicSlice', [f(5, 3), i(1)], { sizes: [2, 3] })).toThrow(ShapeError);
  expect(inferShapes('dynamicUpdateSlice', [f(5), f(2), i(1)], {})).toEqual([f(5)]);
  expect(() => inferShapes('dynamicUpdateSlice', [f(5), f(6), i(1)], {})).toThrow(ShapeError);
});
