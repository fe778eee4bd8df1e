import { describe, expect, test } from '@jest/globals';
import type { DType } from '../../dtypes.ts';
import { ArgumentError, DTypeError, ShapeError } from '../../errors.ts';
import type { Aval, BinaryFn, UnaryFn } from '../../graph/types.ts';
import { inferShapes } from './table.ts';

const aval = (dtype: DType, ...shape: number[]): Aval => ({ shape, dtype });

describe('unary', () => {
  const unary = (fn: UnaryFn, dtype: DType) => () => inferShapes('unary', [aval(dtype, 2)], { fn });

  test('keeps shape and dtype; predicates give bool', () => {
    expect(unary('tanh', 'float16')()).toEqual([aval('float16', 2)]);
    expect(unary('neg', 'int8')()).toEqual([aval('int8', 2)]);
    expect(unary('isNan', 'float32')()).toEqual([aval('bool', 2)]);
  });

  test('refuses dtypes outside its domain', () => {
    expect(unary('tanh', 'int32')).toThrow(
      'unary tanh takes floats but was given int32[2]; cast it first',
    );
    expect(unary('neg', 'bool')).toThrow(DTypeError);
    expect(unary('not', 'float32')).toThrow('unary not takes integers and bool');
    expect(unary('toString' as UnaryFn, 'float32')).toThrow('unknown unary function toString');
  });
});

describe('binary', () => {
  const binary = (fn: BinaryFn, a: Aval, b: Aval) => () => inferShapes('binary', [a, b], { fn });

  test('operands agree in shape and dtype', () => {
    expect(binary('add', aval('int8', 2, 3), aval('int8', 2, 3))()).toEqual([aval('int8', 2, 3)]);
    expect(binary('add', aval('float32', 2, 3), aval('float32', 3))).toThrow(ShapeError);
    expect(binary('add', aval('float32', 2, 3), aval('float32', 3))).toThrow(
      'binary add: shapes [2, 3] and [3] differ; broadcast them first',
    );
    expect(binary('mul', aval('float32', 2), aval('int32', 2))).toThrow(
      'binary mul: dtypes float32 and int32 differ; cast one of them first',
    );
  });

  test('refuses dtypes outside its domain', () => {
    const both = (fn: BinaryFn, dtype: DType) => binary(fn, aval(dtype, 2), aval(dtype, 2));
    expect(both('add', 'bool')).toThrow(DTypeError);
    expect(both('and', 'bool')).not.toThrow();
    expect(both('and', 'float32')).toThrow(DTypeError);
    expect(both('shl', 'bool')).toThrow(DTypeError);
    expect(both('atan2', 'int32')).toThrow(DTypeError);
  });

  test('counts its operands', () => {
    expect(() => inferShapes('binary', [aval('int8')], { fn: 'add' })).toThrow(ArgumentError);
  });
});

test('comparisons give bool', () => {
  const pair = [aval('bool', 4), aval('bool', 4)];
  expect(inferShapes('compare', pair, { fn: 'lt' })).toEqual([aval('bool', 4)]);
  expect(() => inferShapes('compare', [aval('int8', 4), aval('int8', 5)], { fn: 'lt' })).toThrow(
    ShapeError,
  );
});

test('select wants a bool condition and three equal shapes', () => {
  const f = aval('float32', 2);
  expect(inferShapes('select', [aval('bool', 2), f, f], {})).toEqual([f]);
  expect(() => inferShapes('select', [f, f, f], {})).toThrow('the condition must be bool');
  expect(() => inferShapes('select', [aval('bool'), f, f], {})).toThrow(ShapeError);
});

test('casts take any dtype, bitcasts one of equal width', () => {
  expect(inferShapes('cast', [aval('bool', 2)], { dtype: 'int64' })).toEqual([aval('int64', 2)]);
  const bits = (from: DType, to: DType) => () =>
    inferShapes('bitcast', [aval(from)], { dtype: to });
  expect(bits('float32', 'uint32')()).toEqual([aval('uint32')]);
  expect(bits('float32', 'int16')).toThrow(DTypeError);
  expect(bits('uint8', 'bool')).toThrow(DTypeError);
});
