import { expect, test } from '@jest/globals';
import { input, layers, ops, type Tensor, tensor } from '../../index.ts';

test('a function of tensors is a layer, with arguments by name', async () => {
  const layer = layers.lambda({
    function: (x: Tensor, { factor }) => ops.multiply(x, factor as number),
    arguments: { factor: 3 },
  });
  expect(await layer(tensor([1, 2])).array()).toEqual([3, 6]);
});

test('it stands in functional models, where its shape is found by itself', () => {
  const sum = layers.lambda((x: Tensor) => ops.sum(x, { axis: 1 }));
  expect(sum(input({ shape: [4, 3] })).shape).toEqual([null, 3]);
});

test('the function hears whether it is trained', () => {
  const heard: unknown[] = [];
  const layer = layers.lambda((x: Tensor, { training }) => {
    heard.push(training);
    return x;
  });
  layer(tensor([1]), { training: true });
  layer(tensor([1]));
  expect(heard).toEqual([true, false]);
});

test('an op is such a function: it meets the arguments alone', async () => {
  const sum = layers.lambda({ function: ops.sum as never, arguments: { axis: 1, keepdims: true } });
  const rows = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(await sum(rows, { training: true }).array()).toEqual([[3], [7]]);
  expect(
    await layers
      .lambda(ops.relu)(tensor([-1, 2]))
      .array(),
  ).toEqual([0, 2]);
});
