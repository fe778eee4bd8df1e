import { expect, test } from '@jest/globals';
import { getBackend, storageOf, type Tensor } from '@addax/core';
import '../../index.ts';
import { HostLeaf } from './arrays.ts';

const data = Float32Array.of(1, 2, 3, 4, 5, 6);
const leaf = new HostLeaf({ shape: [3, 2], dtype: 'float32', data });

const memory = (tensor: Tensor): unknown =>
  getBackend().borrow!(storageOf(tensor).buffer, tensor.aval);

test('rows side by side are a tensor over the memory they lie in', () => {
  const tensor = leaf.span(1, 3);
  expect(tensor.shape).toEqual([2, 2]);
  expect(memory(tensor)).toEqual(Float32Array.of(3, 4, 5, 6));
  expect((memory(tensor) as Float32Array).buffer).toBe(data.buffer);
});

test('rows by their numbers are copied in that order', async () => {
  const tensor = leaf.rows(Int32Array.of(2, 0));
  expect(tensor.shape).toEqual([2, 2]);
  expect(Array.from(await tensor.data(), Number)).toEqual([5, 6, 1, 2]);
});

test('the last batch may be smaller', () => {
  expect(leaf.span(0, 2).shape).toEqual([2, 2]);
  expect(leaf.span(2, 3).shape).toEqual([1, 2]);
  expect(leaf.rows(Int32Array.of(1)).shape).toEqual([1, 2]);
});
