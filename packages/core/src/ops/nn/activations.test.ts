import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { grad } from '../../autodiff/grad.ts';
import { useBackend } from '../../backend/select.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as ops from '../index.ts';

useBackend(cpu.createSync!());

const slope = async (fn: (x: Tensor) => Tensor, ...at: number[]): Promise<unknown> =>
  grad((x: Tensor) => fn(x).sum())(tensor(at)).array();

describe('activations', () => {
  test('relu keeps integers and NaN, and has slope 0 at 0', async () => {
    expect(ops.relu(tensor([-1, 2], [2], 'int32')).dtype).toBe('int32');
    expect(await ops.relu(tensor([-1, 2, NaN])).array()).toEqual([0, 2, NaN]);
    expect(await slope((x) => ops.relu(x), -1, 0, 1)).toEqual([0, 0, 1]);
  });

  test('sigmoid is finite far out, with slope 1/4 in the middle', async () => {
    expect(await ops.sigmoid(tensor([-200, 0, 200])).array()).toEqual([0, 0.5, 1]);
    expect(await slope((x) => ops.sigmoid(x), -200, 0, 200)).toEqual([0, 0.25, 0]);
  });

  test('softplus and its relatives are finite far out', async () => {
    expect(await ops.softplus(tensor([-200, 200])).array()).toEqual([0, 200]);
    expect(await ops.logSigmoid(tensor([-200, 200])).array()).toEqual([-200, -0]);
    expect(await slope((x) => ops.softplus(x), -200, 0, 200)).toEqual([0, 0.5, 1]);
  });

  test('elu has a finite slope where its exponential overflows', async () => {
    expect(await slope((x) => ops.elu(x), 0, 200)).toEqual([1, 1]);
  });

  test('integers become floats', () => {
    expect(ops.tanhShrink([1, 2]).dtype).toBe('float32');
  });

  test('softmax sums to one over its axes', async () => {
    const y = ops.softmax(
      [
        [1, 2],
        [3, 4],
      ],
      { axis: [0, 1] },
    );
    expect(await y.sum().item()).toBeCloseTo(1);
  });
});
