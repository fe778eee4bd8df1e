import { expect, test } from '@jest/globals';
import { ArgumentError, regularizers, ShapeError, tensor } from '../index.ts';

test('penalties are sums over the weight', async () => {
  const x = tensor([[1, -2]]);
  expect(await regularizers.l1({ l1: 2 })(x).item()).toBe(6);
  expect(await regularizers.l2({ l2: 2 })(x).item()).toBe(10);
  expect(await regularizers.l1L2({ l1: 1, l2: 1 })(x).item()).toBe(8);
});

test('orthogonal rows cost nothing', async () => {
  const penalty = regularizers.orthogonalRegularizer({ factor: 1 });
  expect(
    await penalty(
      tensor([
        [1, 0],
        [0, 3],
      ]),
    ).item(),
  ).toBeCloseTo(0);
  expect(
    await penalty(
      tensor([
        [1, 0],
        [2, 0],
      ]),
    ).item(),
  ).toBeCloseTo(1);
  expect(() => penalty(tensor([1]))).toThrow(ShapeError);
});

test('names and wrong factors', () => {
  expect(regularizers.get('l1_l2')).toBeInstanceOf(regularizers.L1L2);
  expect(() => regularizers.l2({ l2: -1 })).toThrow(ArgumentError);
});
