import { expect, test } from '@jest/globals';
import { initializers, utils } from '../index.ts';
import { orthonormalColumns } from './orthogonal.ts';

test('a seed gives the same values at each draw', () => {
  const initializer = initializers.heNormal({ seed: 3 });
  expect(initializer.draw([4, 2]).data).toEqual(initializer.draw([4, 2]).data);
  expect(initializer.draw([4, 2])).toEqual(initializers.heNormal({ seed: 3 }).draw([4, 2]));
});

test('without a seed the global seed decides', () => {
  utils.setRandomSeed(7);
  const first = initializers.glorotUniform().draw([3]);
  const second = initializers.glorotUniform().draw([3]);
  expect(second.data).not.toEqual(first.data);
  utils.setRandomSeed(7);
  expect(initializers.glorotUniform().draw([3])).toEqual(first);
});

test('fans of kernels', () => {
  expect(initializers.computeFans([])).toEqual([1, 1]);
  expect(initializers.computeFans([5])).toEqual([5, 5]);
  expect(initializers.computeFans([3, 4])).toEqual([3, 4]);
  expect(initializers.computeFans([2, 2, 3, 4])).toEqual([12, 16]);
  const axes = { inputAxes: [0], outputAxes: [1, 2] };
  expect(initializers.computeFans([5, 2, 3], axes)).toEqual([5, 6]);
});

test('columns become orthonormal and R keeps a positive diagonal', () => {
  const a = Float64Array.of(2, 1, 0, 3, 0, 4);
  const q = orthonormalColumns(a, 2);
  const column = (j: number): number[] => [q[j]!, q[2 + j]!, q[4 + j]!];
  const dot = (x: number[], y: number[]): number => x.reduce((s, v, i) => s + v * y[i]!, 0);
  expect(dot(column(0), column(0))).toBeCloseTo(1);
  expect(dot(column(1), column(1))).toBeCloseTo(1);
  expect(dot(column(0), column(1))).toBeCloseTo(0);
  expect(dot(column(0), [2, 0, 0])).toBeGreaterThan(0);
  expect(dot(column(1), [1, 3, 4])).toBeGreaterThan(0);
});

test('an initializer can be called', () => {
  expect(Array.from(initializers.constant({ value: 2 })([2]).data as Float32Array)).toEqual([2, 2]);
});

test('names, configurations and instances are understood', () => {
  const config = { className: 'VarianceScaling', config: { scale: 2, mode: 'fanOut' } };
  const made = initializers.get(config) as initializers.VarianceScaling;
  expect(made.mode).toBe('fanOut');
  expect(initializers.get(made)).toBe(made);
  expect(() => initializers.get('glorotuni')).toThrow(/glorotUniform/);
});
