import { describe, expect, it } from '@jest/globals';
import {
  byteWidth,
  checkDType,
  DTYPES,
  hostArray,
  highest,
  isFloat,
  isInteger,
  lowest,
  promotePair,
  type PromotionType,
  resultType,
  weakType,
} from './dtypes.ts';
import { DTypeError } from './errors.ts';

const TYPES: readonly PromotionType[] = [...DTYPES, 'int', 'float'];

describe('promotion', () => {
  it.each<[PromotionType, PromotionType, string]>([
    ['int32', 'float16', 'float16'],
    ['uint8', 'int8', 'int16'],
    ['bfloat16', 'float16', 'float32'],
    ['uint32', 'int8', 'int32'],
    ['uint32', 'int64', 'int64'],
    ['bool', 'int', 'int32'],
    ['float16', 'float', 'float16'],
    ['float32', 'float64', 'float64'],
    ['int32', 'float', 'float32'],
  ])('%s and %s give %s', (a, b, expected) => {
    expect(resultType(a, b)).toBe(expected);
  });

  it('does not depend on the order of operands', () => {
    for (const a of TYPES) for (const b of TYPES) expect(promotePair(a, b)).toBe(promotePair(b, a));
  });

  it('leaves a type alone with itself', () => {
    for (const a of TYPES) expect(promotePair(a, a)).toBe(a);
  });

  it('gives int32 and float32 for numbers alone', () => {
    expect(resultType('int')).toBe('int32');
    expect(resultType('int', 'float')).toBe('float32');
  });

  it('takes JavaScript numbers as weak integers or weak floats', () => {
    expect([weakType(2), weakType(2.5), weakType(NaN)]).toEqual(['int', 'float', 'float']);
  });
});

describe('dtypes', () => {
  it('know their kind, width, limits and host array', () => {
    expect(DTYPES.filter(isFloat)).toEqual(['float32', 'float16', 'bfloat16', 'float64']);
    expect(isInteger('bool')).toBe(false);
    expect([byteWidth('bool'), byteWidth('bfloat16'), byteWidth('int64')]).toEqual([1, 2, 8]);
    expect([lowest('int8'), highest('uint16')]).toEqual([-128, 65535]);
    expect(hostArray('float16', 3)).toEqual(new Uint16Array(3));
  });

  it('are refused by an error that lists them when the name is unknown', () => {
    expect(() => checkDType('complex64')).toThrow(DTypeError);
    expect(() => checkDType('complex64')).toThrow(/float32, float16/);
  });
});
