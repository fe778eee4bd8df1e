import { expect, test } from '@jest/globals';
import { layers, tensor } from '../../index.ts';

test('masked positions get nothing, the others share', async () => {
  const mask = tensor([[true, false, true]]);
  expect(
    await layers
      .softmax()(tensor([[1, 5, 1]]), { mask })
      .array(),
  ).toEqual([[0.5, 0, 0.5]]);
});

test('several axes sum to one together', async () => {
  const y = layers.softmax({ axis: [1, 2] })(
    tensor([
      [
        [0, 0],
        [0, 0],
      ],
    ]),
  );
  expect(await y.array()).toEqual([
    [
      [0.25, 0.25],
      [0.25, 0.25],
    ],
  ]);
});
