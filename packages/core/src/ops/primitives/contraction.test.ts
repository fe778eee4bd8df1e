import { expect, test } from '@jest/globals';
import { DTypeError, ShapeError } from '../../errors.ts';
import type { Aval, OpAttrs } from '../../graph/types.ts';
import { inferShapes } from './table.ts';

const f = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });
const dot = (a: Aval, b: Aval, attrs: OpAttrs['dot']) => () => inferShapes('dot', [a, b], attrs);

test('the result has batch axes, then free axes of a, then of b', () => {
  const attrs: OpAttrs['dot'] = {
    batch: [[1, 3]],
    contract: [
      [2, 1],
      [3, 0],
    ],
  };
  expect(dot(f(3, 2, 4, 5), f(5, 4, 6, 2), attrs)()).toEqual([f(2, 3, 6)]);
  expect(dot(f(3), f(2), { batch: [], contract: [] })()).toEqual([f(3, 2)]);
  expect(dot(f(2, 0), f(0, 3), { batch: [], contract: [[1, 0]] })()).toEqual([f(2, 3)]);
});

test('paired axes have equal sizes and are listed once', () => {
  expect(dot(f(3, 4), f(5, 6), { batch: [], contract: [[1, 0]] })).toThrow(
    'dot: axis 1 of float32[3, 4] and axis 0 of float32[5, 6] must have equal sizes',
  );
  expect(dot(f(3, 3), f(3, 3), { batch: [[1, 0]], contract: [[1, 1]] })).toThrow(ShapeError);
  expect(dot(f(3), f(3), { batch: [], contract: [[1, 0]] })).toThrow(ShapeError);
  const i: Aval = { shape: [3], dtype: 'int32' };
  expect(dot(f(3), i, { batch: [], contract: [[0, 0]] })).toThrow(DTypeError);
});
