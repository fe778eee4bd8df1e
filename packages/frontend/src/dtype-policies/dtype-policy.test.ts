import { afterEach, expect, test } from '@jest/globals';
import { ArgumentError, config, DTypePolicy, layers } from '../index.ts';

afterEach(() => {
  config.setDtypePolicy(undefined);
});

test('a dtype is a policy; mixed ones compute in 16 bits and keep float32', () => {
  const plain = new DTypePolicy('float64');
  expect([plain.computeDtype, plain.variableDtype]).toEqual(['float64', 'float64']);
  const mixed = new DTypePolicy('mixedBfloat16');
  expect([mixed.name, mixed.computeDtype, mixed.variableDtype]).toEqual([
    'mixed_bfloat16',
    'bfloat16',
    'float32',
  ]);
  expect(new DTypePolicy('mixed_float16').computeDtype).toBe('float16');
});

test('an unknown name is refused', () => {
  expect(() => new DTypePolicy('float8' as never)).toThrow(ArgumentError);
});

test('the global policy holds for layers made from then on', () => {
  config.setDtypePolicy('mixedFloat16');
  expect(layers.dense({ units: 1 }).computeDtype).toBe('float16');
  config.setDtypePolicy(undefined);
  expect(layers.dense({ units: 1 }).computeDtype).toBe('float32');
});

test('a policy goes through its configuration', () => {
  const policy = new DTypePolicy('mixedFloat16');
  expect(DTypePolicy.fromConfig(policy.getConfig()).name).toBe('mixed_float16');
});
