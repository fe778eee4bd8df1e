import { expect, test } from '@jest/globals';
import { ArgumentError, input, layers, ShapeError, tensor } from '../../index.ts';

test('flatten keeps the batch', () => {
  expect(layers.flatten()(input({ shape: [7, 7, 2] })).shape).toEqual([null, 98]);
});

test('flatten puts channels last first', async () => {
  const x = tensor([[[[1, 2]], [[3, 4]]]]);
  const layer = layers.flatten({ dataFormat: 'channelsFirst' });
  expect(await layer(x).array()).toEqual([[1, 3, 2, 4]]);
});

test('reshape finds the size that is left', () => {
  const y = layers.reshape({ targetShape: [-1, 2] })(input({ shape: [3, 4] }));
  expect(y.shape).toEqual([null, 6, 2]);
  expect(() => layers.reshape({ targetShape: [5] })(input({ shape: [3] }))).toThrow(ShapeError);
});

test('permute and repeatVector rearrange samples', async () => {
  expect(
    await layers
      .permute({ dims: [2, 1] })(
        tensor([
          [
            [1, 2],
            [3, 4],
          ],
        ]),
      )
      .array(),
  ).toEqual([
    [
      [1, 3],
      [2, 4],
    ],
  ]);
  expect(() => layers.permute({ dims: [0, 1] })).toThrow(ArgumentError);
  expect(
    await layers
      .repeatVector({ n: 2 })(tensor([[1, 2]]))
      .array(),
  ).toEqual([
    [
      [1, 2],
      [1, 2],
    ],
  ]);
});

test('padding, cropping and upsampling change the spatial axes', async () => {
  const image = input({ shape: [4, 6, 3] });
  const padding = layers.zeroPadding2d({
    padding: [
      [1, 0],
      [2, 3],
    ],
  });
  expect(padding(image).shape).toEqual([null, 5, 11, 3]);
  expect(layers.cropping2d({ cropping: [1, 2] })(image).shape).toEqual([null, 2, 2, 3]);
  expect(layers.upSampling2d({ size: [2, 3] })(image).shape).toEqual([null, 8, 18, 3]);
  const line = tensor([[[1], [2]]]);
  expect(
    await layers
      .zeroPadding1d({ padding: [0, 1] })(line)
      .array(),
  ).toEqual([[[1], [2], [0]]]);
  expect(await layers.upSampling1d()(line).array()).toEqual([[[1], [1], [2], [2]]]);
});
