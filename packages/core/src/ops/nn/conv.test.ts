import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { useBackend } from '../../backend/select.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import { SymbolicTensor } from '../../symbolic/symbolic-tensor.ts';
import { tensor } from '../../tensor/create.ts';
import * as ops from '../index.ts';

useBackend(cpu.createSync!());

const line = (...values: number[]) => tensor(values, [1, values.length, 1]);

describe('conv', () => {
  const kernel = tensor([1, 10, 100], [3, 1, 1]);

  test('slides a kernel that is not flipped', async () => {
    const y = ops.conv(line(1, 2, 3, 4), kernel);
    expect(await ops.ravel(y).array()).toEqual([321, 432]);
  });

  test('same padding puts the odd cell at the end', async () => {
    const y = ops.conv(line(1, 2, 3, 4), kernel, { padding: 'same', strides: 2 });
    expect(await ops.ravel(y).array()).toEqual([321, 43]);
  });

  test('takes groups from the channels and channels first', async () => {
    const x = tensor([1, 2, 3, 4], [1, 2, 2]);
    const y = ops.conv(x, tensor([1, 10], [1, 1, 2]), { dataFormat: 'channels_first' });
    expect(await y.array()).toEqual([
      [
        [1, 2],
        [30, 40],
      ],
    ]);
  });

  test('names the channels that do not fit', () => {
    expect(() => ops.conv(line(1, 2, 3), tensor([1, 2], [1, 2, 1]))).toThrow(ShapeError);
    expect(() => ops.conv(line(1, 2), kernel, { padding: 'causal' as never })).toThrow(
      ArgumentError,
    );
  });

  test('gives a symbolic result whose unknown axes stay unknown', () => {
    const images = new SymbolicTensor([null, null, null, 3], 'float32');
    const filters = tensor(new Float32Array(3 * 3 * 3 * 8), [3, 3, 3, 8]);
    expect(ops.conv(images, filters, { padding: 'same' }).shape).toEqual([null, null, null, 8]);
  });
});

describe('depthwiseConv and separableConv', () => {
  const x = tensor([1, 10, 2, 20], [1, 2, 2]);

  test('filter every channel by itself, its multiples side by side', async () => {
    const y = ops.depthwiseConv(x, tensor([1, 2, 3, 4], [1, 2, 2]));
    expect(await y.array()).toEqual([
      [
        [1, 2, 30, 40],
        [2, 4, 60, 80],
      ],
    ]);
  });

  test('mix the channels afterwards', async () => {
    const y = ops.separableConv(x, tensor([1, 1], [1, 2, 1]), tensor([1, 100], [1, 2, 1]));
    expect(await y.array()).toEqual([[[1001], [2002]]]);
  });
});

describe('convTranspose', () => {
  const kernel = tensor([1, 10, 100], [3, 1, 1]);

  test('writes the kernel at each step of the stride', async () => {
    const y = ops.convTranspose(line(1, 2), kernel, { strides: 2 });
    expect(await ops.ravel(y).array()).toEqual([1, 10, 102, 20, 200]);
  });

  test('same padding multiplies the size by the strides', async () => {
    const y = ops.convTranspose(line(1, 2), kernel, { strides: 2, padding: 'same' });
    expect(y.shape).toEqual([1, 4, 1]);
  });

  test('outputPadding adds cells at the end', () => {
    const y = ops.convTranspose(line(1, 2), kernel, { strides: 2, outputPadding: 1 });
    expect(y.shape).toEqual([1, 6, 1]);
  });
});

describe('pools', () => {
  const x = line(1, 5, 2, 4, 3);

  test('maxPool takes the strides of its window by default', async () => {
    expect(await ops.ravel(ops.maxPool(x, 2)).array()).toEqual([5, 4]);
    expect(await ops.ravel(ops.maxPool(x, 2, { strides: 1 })).array()).toEqual([5, 5, 4, 4]);
  });

  test('averagePool does not count padding', async () => {
    const y = ops.averagePool(x, 2, { padding: 'same' });
    expect(await ops.ravel(y).array()).toEqual([3, 3, 3]);
  });

  test('adaptive pools give as many windows as asked for', async () => {
    expect(await ops.ravel(ops.adaptiveMaxPool(x, 2)).array()).toEqual([5, 4]);
    expect(await ops.ravel(ops.adaptiveAveragePool(line(1, 2, 3, 4), 2)).array()).toEqual([
      1.5, 3.5,
    ]);
  });
});
