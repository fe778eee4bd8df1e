import { expect, test } from '@jest/globals';
import { DTypeError, ShapeError } from '../../errors.ts';
import { inferShapes } from './table.ts';

test('a constant has the shape and dtype of its attributes', () => {
  expect(inferShapes('full', [], { value: NaN, shape: [2, 0], dtype: 'float16' })).toEqual([
    { shape: [2, 0], dtype: 'float16' },
  ]);
});

test('a constant must fit its dtype', () => {
  const full = (value: number, dtype: 'int8' | 'bool' | 'uint32') => () =>
    inferShapes('full', [], { value, shape: [], dtype });
  expect(full(128, 'int8')).toThrow(DTypeError);
  expect(full(0.5, 'int8')).toThrow('full: the value 0.5 does not fit int8');
  expect(full(NaN, 'uint32')).toThrow(DTypeError);
  expect(full(2, 'bool')).toThrow(DTypeError);
  expect(full(-128, 'int8')).not.toThrow();
});

test('sizes are whole and not negative', () => {
  expect(() => inferShapes('full', [], { value: 0, shape: [2, -1], dtype: 'int8' })).toThrow(
    'full: shape [2, -1] has the size -1 on axis 1; sizes are whole numbers ≥ 0',
  );
  expect(() => inferShapes('iota', [], { shape: [2], axis: 1, dtype: 'int8' })).toThrow(ShapeError);
  expect(() => inferShapes('iota', [], { shape: [2], axis: 0, dtype: 'bool' })).toThrow(DTypeError);
});

test('random bits need a uint32[2] key', () => {
  const bits = (shape: number[], dtype: 'uint32' | 'int32') => () =>
    inferShapes('randomBits', [{ shape, dtype }], { shape: [3, 5] });
  expect(bits([2], 'uint32')()).toEqual([{ shape: [3, 5], dtype: 'uint32' }]);
  expect(bits([3], 'uint32')).toThrow(ShapeError);
  expect(bits([2], 'int32')).toThrow('randomBits: the key must be uint32 but is int32[2]');
});
