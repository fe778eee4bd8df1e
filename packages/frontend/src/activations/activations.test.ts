import { expect, test } from '@jest/globals';
import {
  activations,
  input,
  registerSerializable,
  SymbolicTensor,
  type Tensor,
  tensor,
} from '../index.ts';

test('relu takes a slope, a bound and a threshold', async () => {
  const x = tensor([-2, 0.5, 2, 5]);
  expect(await activations.relu(x).array()).toEqual([0, 0.5, 2, 5]);
  expect(await activations.relu(x, { negativeSlope: 0.5, maxValue: 3 }).array()).toEqual([
    -1, 0.5, 2, 3,
  ]);
  expect(await activations.relu(x, { threshold: 1 }).array()).toEqual([0, 0, 2, 5]);
});

test('nothing is linear', () => {
  const x = tensor([1]);
  expect(activations.get(null)(x)).toBe(x);
});

test('names lead to functions and back', () => {
  const fn = activations.get('leaky_relu');
  expect(fn).toBe(activations.get('leakyRelu'));
  expect(activations.serialize(fn)).toBe('leakyRelu');
  const own = (x: Tensor): Tensor => x.mul(2);
  expect(activations.serialize(own)).toBe(own);
  registerSerializable(own, { package: 'test', name: 'twice' });
  expect(activations.get('test>twice')).toBe(own);
  expect(() => activations.get('rellu')).toThrow(/did you mean .*relu/);
});

test('activations work on symbolic tensors', () => {
  expect(activations.mish(input({ shape: [3] }))).toBeInstanceOf(SymbolicTensor);
});
