/** Primitives that make values out of nothing, or of a key. */
import { highest, isDType, isInteger, lowest, type DType } from '../../dtypes.ts';
import { DTypeError, ShapeError } from '../../errors.ts';
import {
  checkAxis,
  checkCount,
  checkDTypeIs,
  checkNumeric,
  checkShape,
  showAval,
} from './check.ts';
import type { Primitive } from './primitive.ts';

function checkKnown(op: string, dtype: DType): void {
  if (!isDType(dtype)) throw new DTypeError(`${op}: unknown dtype ${String(dtype)}`);
}

function checkValue(value: number, dtype: DType): void {
  if (dtype === 'bool' ? value !== 0 && value !== 1 : isInteger(dtype) && !fits(value, dtype)) {
    throw new DTypeError(`full: the value ${value} does not fit ${dtype}`);
  }
}

function fits(value: number, dtype: DType): boolean {
  return Number.isInteger(value) && value >= lowest(dtype) && value <= highest(dtype);
}

export const full: Primitive<'full'> = {
  doc: 'A constant: every element is `value`.',
  gradient: 'none (constant)',
  shape(inputs, { value, shape, dtype }) {
    checkCount('full', inputs, 0);
    checkKnown('full', dtype);
    checkShape('full', shape);
    checkValue(value, dtype);
    return [{ shape, dtype }];
  },
};

export const iota: Primitive<'iota'> = {
  doc: 'Each element is its index along `axis`.',
  gradient: 'none (constant)',
  shape(inputs, { shape, axis, dtype }) {
    checkCount('iota', inputs, 0);
    checkKnown('iota', dtype);
    checkShape('iota', shape);
    checkAxis('iota', axis, shape);
    checkNumeric('iota', { shape, dtype });
    return [{ shape, dtype }];
  },
};

export const randomBits: Primitive<'randomBits'> = {
  doc:
    'Threefry-2x32-20 bits for a uint32[2] key; elements 2i and 2i+1 (row-major) are the two words ' +
    'of counter (0, i).',
  gradient: 'none (integers)',
  shape(inputs, { shape }) {
    checkCount('randomBits', inputs, 1);
    const key = inputs[0]!;
    checkDTypeIs('randomBits', 'the key', key, 'uint32');
    if (key.shape.length !== 1 || key.shape[0] !== 2) {
      throw new ShapeError(`randomBits: the key must be uint32[2] but is ${showAval(key)}`);
    }
    checkShape('randomBits', shape);
    return [{ shape, dtype: 'uint32' }];
  },
};
