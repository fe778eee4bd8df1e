import { expect, test } from '@jest/globals';
import { layers, tensor } from '../../index.ts';

test('identity gives its input back', async () => {
  expect(
    await layers
      .identity()(tensor([1, 2]))
      .array(),
  ).toEqual([1, 2]);
});
