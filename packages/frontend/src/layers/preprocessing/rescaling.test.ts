import { expect, test } from '@jest/globals';
import { layers, tensor } from '../../index.ts';

test('pixels become numbers from −1 to 1, also from integers', async () => {
  const layer = layers.rescaling({ scale: 1 / 127.5, offset: -1 });
  const y = layer(tensor(Uint8Array.of(0, 255), [1, 2]));
  expect(y.dtype).toBe('float32');
  expect(await y.array()).toEqual([[-1, 1]]);
});

test('lists hold a number per channel', async () => {
  const layer = layers.rescaling({ scale: [2, 3], offset: [0, 1] });
  expect(await layer(tensor([[1, 1]])).array()).toEqual([[2, 4]]);
});
