import { expect, test } from '@jest/globals';
import { getMask, input, layers, setMask, ShapeError, tensor } from '../../index.ts';

const a = tensor([[1, 2]]);
const b = tensor([[10, 20]]);

test('inputs are joined element by element', async () => {
  const results = [
    layers.add()([a, b, b]),
    layers.subtract()([b, a]),
    layers.multiply()([a, b]),
    layers.average()([a, b]),
    layers.maximum()([a, b]),
    layers.minimum()([a, b]),
  ];
  expect(await Promise.all(results.map((y) => y.array()))).toEqual([
    [[21, 42]],
    [[9, 18]],
    [[10, 40]],
    [[5.5, 11]],
    [[10, 20]],
    [[1, 2]],
  ]);
});

test('inputs of lower rank get axes after the batch', () => {
  const wide = input({ shape: [5, 3] });
  expect(layers.add()([wide, input({ shape: [3] })]).shape).toEqual([null, 5, 3]);
});

test('concatenate joins along an axis, and its masks too', async () => {
  const y = layers.concatenate()([a, b]);
  expect(await y.array()).toEqual([[1, 2, 10, 20]]);
  const left = tensor([[[1], [2]]]);
  setMask(left, tensor([[true, false]]));
  const joined = layers.concatenate({ axis: 1 })([left, tensor([[[3]]])]);
  expect(await getMask(joined)!.array()).toEqual([[1, 0, 1]]);
});

test('dot sums the products along an axis of each', async () => {
  expect(await layers.dot({ axes: 1 })([a, b]).array()).toEqual([[50]]);
  const left = input({ shape: [4, 3] });
  expect(layers.dot({ axes: [2, 2] })([left, input({ shape: [5, 3] })]).shape).toEqual([
    null,
    4,
    5,
  ]);
});

test('what is masked in all inputs is masked in the sum', async () => {
  const x = tensor([[[1], [2]]]);
  const y = tensor([[[3], [4]]]);
  setMask(x, tensor([[true, false]]));
  setMask(y, tensor([[false, false]]));
  expect(await getMask(layers.add()([x, y]))!.array()).toEqual([[1, 0]]);
});

test('shapes that do not fit, and single inputs, are errors', () => {
  expect(() => layers.add()([tensor([[1, 2]]), tensor([[1, 2, 3]])])).toThrow(ShapeError);
  expect(() => layers.add()(a)).toThrow(/list of inputs/);
  expect(() => layers.concatenate()([a, tensor([[1], [2]])])).toThrow(/axis 0/);
});
