import { expect, test } from '@jest/globals';
import { constraints, tensor } from '../index.ts';

const columns = tensor([
  [3, 0.3],
  [4, 0.4],
]);

test('norms of columns are bounded', async () => {
  const [[a, b], [c, d]] = (await constraints
    .maxNorm({ maxValue: 1 })(columns)
    .array()) as number[][] as [[number, number], [number, number]];
  expect(a).toBeCloseTo(0.6, 5);
  expect(c).toBeCloseTo(0.8, 5);
  expect(b).toBeCloseTo(0.3, 5);
  expect(d).toBeCloseTo(0.4, 5);
});

test('a constraint is a function and an object with options', () => {
  const constraint = constraints.get('minMaxNorm')!;
  expect(typeof constraint).toBe('function');
  expect(JSON.parse(JSON.stringify(constraint))).toEqual({
    className: 'MinMaxNorm',
    config: { minValue: 0, maxValue: 1, rate: 1, axis: 0 },
  });
  expect(constraints.get(null)).toBeUndefined();
});
