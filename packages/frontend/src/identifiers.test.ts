import { expect, test } from '@jest/globals';
import { ArgumentError, losses } from './index.ts';
import { commonNames, learn, lookUp, toCamelIdentifier, toSnakeIdentifier } from './identifiers.ts';

test('camelCase, snake_case and class names mean the same', () => {
  const table = { heNormal: 1, zeros: 2 };
  for (const name of ['heNormal', 'he_normal', 'HeNormal']) {
    expect(lookUp('initializer', table, name)).toBe(1);
  }
});

test('an unknown name is answered with near names', () => {
  expect(() => losses.get('meanSquaredEror')).toThrow(ArgumentError);
  expect(() => losses.get('meanSquaredEror')).toThrow(/did you mean meanSquaredError/);
});

test('identifiers go to snake_case and back', () => {
  expect(toSnakeIdentifier('sumOverBatchSize')).toBe('sum_over_batch_size');
  expect(toCamelIdentifier('sum_over_batch_size')).toBe('sumOverBatchSize');
});

test('a program that knows only the common names says so, until it learns the others', () => {
  const common = commonNames({ adam: 1 });
  expect(lookUp('optimizer', common, 'adam')).toBe(1);
  expect(() => lookUp('optimizer', common, 'nadam')).toThrow(
    'unknown optimizer "nadam"; did you mean adam? This program knows the common names only: give ' +
      "the object itself, or import '@addax/frontend'.",
  );
  learn(common, { adam: 1, nadam: 2 });
  expect(lookUp('optimizer', common, 'nadam')).toBe(2);
  expect(() => lookUp('optimizer', common, 'sgd')).not.toThrow('common names');
});
