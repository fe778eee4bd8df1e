import { expect, it } from '@jest/globals';
import { ShapeError } from '../errors.ts';
import { tensor } from './create.ts';

it('says how many values a shape takes', () => {
  expect(() => tensor([1, 2, 3], [2, 2])).toThrow(ShapeError);
  expect(() => tensor([1, 2, 3], [2, 2])).toThrow(
    '3 values do not fill shape [2, 2], which takes 4',
  );
});

it('says which argument is the shape when it gets something else', () => {
  const options = { dtype: 'float16' } as unknown as readonly number[];
  expect(() => tensor([1], options)).toThrow(ShapeError);
  expect(() => tensor([1], options)).toThrow(/the second argument is a shape.*got {"dtype"/);
});
