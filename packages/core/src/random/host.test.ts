import { describe, expect, test } from '@jest/globals';
import { DTypeError } from '../errors.ts';
import { hostKey, hostNormal, hostTruncatedNormal, hostUniform, inverseErf } from './host.ts';

const key = hostKey(3);

function moments(values: ArrayLike<number>): [mean: number, deviation: number] {
  const list = Array.from(values);
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  return [mean, Math.sqrt(list.reduce((a, b) => a + (b - mean) ** 2, 0) / list.length)];
}

describe('host draws', () => {
  test('are pure functions of their key', () => {
    expect(hostNormal(key, [5])).toEqual(hostNormal(key, [5]));
    expect(hostNormal(key, [5])).not.toEqual(hostNormal(hostKey(4), [5]));
  });

  test('uniform stays within its bounds and has their mean', () => {
    const { data, shape, dtype } = hostUniform(key, [100, 50], { minval: -1, maxval: 3 });
    const values = data as Float32Array;
    expect([shape, dtype]).toEqual([[100, 50], 'float32']);
    expect(values.every((value) => value >= -1 && value < 3)).toBe(true);
    expect(Math.abs(moments(values)[0] - 1)).toBeLessThan(0.1);
  });

  test('normal has the mean and deviation asked for', () => {
    const [mean, deviation] = moments(
      hostNormal(key, [5001], { mean: 2, stddev: 0.5 }).data as Float32Array,
    );
    expect(Math.abs(mean - 2)).toBeLessThan(0.04);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.025);
  });

  test('truncated normal has nothing beyond two deviations', () => {
    const values = hostTruncatedNormal(key, [5000], { stddev: 3 }).data as Float32Array;
    expect(values.every((value) => Math.abs(value) <= 6)).toBe(true);
    expect(Math.abs(moments(values)[1] - 3 * 0.8796)).toBeLessThan(0.13);
  });

  test('are refused in integers', () => {
    expect(() => hostUniform(key, [2], { dtype: 'int32' })).toThrow(DTypeError);
  });

  test('rest on an inverse of erf that is right in the middle and in the tail', () => {
    expect(inverseErf(0.5)).toBeCloseTo(0.4769362762, 6);
    expect(inverseErf(0.9999)).toBeCloseTo(2.751063906, 5);
  });
});
