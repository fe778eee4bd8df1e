import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { valueAndGrad } from '../../autodiff/grad.ts';
import { useBackend } from '../../backend/select.ts';
import { ShapeError, UnsupportedError } from '../../errors.ts';
import { jit } from '../../jit/jit.ts';
import { SymbolicTensor } from '../../symbolic/symbolic-tensor.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Variable } from '../../variable.ts';
import * as ops from '../index.ts';

useBackend(cpu.createSync!());

describe('cond', () => {
  const halfOrDouble = (x: Tensor): Tensor =>
    ops.cond(
      x.sum().greater(0),
      () => x.mul(2),
      () => x.div(2),
    );

  test('gives the branch of its condition, eagerly and compiled', async () => {
    for (const run of [halfOrDouble, jit(halfOrDouble)]) {
      expect(await run(tensor([1, 2])).array()).toEqual([2, 4]);
      expect(await run(tensor([-1, -2])).array()).toEqual([-0.5, -1]);
    }
  });

  test('has the gradient of the branch taken', async () => {
    const slope = valueAndGrad((x: Tensor) => halfOrDouble(x).sum());
    expect(await slope(tensor([1, 2]))[1][0]!.array()).toEqual([2, 2]);
    expect(await slope(tensor([-1, -2]))[1][0]!.array()).toEqual([0.5, 0.5]);
  });

  test('refuses branches of different shapes', () => {
    const x = tensor([1, 2]);
    expect(() =>
      ops.cond(
        x.sum().greater(0),
        () => x,
        () => x.sum(),
      ),
    ).toThrow(ShapeError);
  });

  test('refuses symbolic tensors, whose values are not known', () => {
    const x = new SymbolicTensor([null, 2], 'float32');
    expect(() => ops.map((row: unknown) => row, x)).toThrow(UnsupportedError);
  });
});

describe('switch', () => {
  const branches = [(x: Tensor) => x.add(1), (x: Tensor) => x.mul(10), (x: Tensor) => x.neg()];

  test('takes an index known when it is written or computed, and clamps it', async () => {
    const x = tensor([3]);
    const results = [-1, 1, 7].map((i) => ops.switch(i, branches, x));
    const computed = [-1, 1, 7].map((i) => ops.switch(tensor(i, [], 'int32'), branches, x));
    for (const list of [results, computed]) {
      expect(await Promise.all(list.map((y) => y.item()))).toEqual([4, 30, -3]);
    }
  });
});

describe('whileLoop', () => {
  test('runs while its condition holds', async () => {
    const [i, y] = ops.whileLoop(
      (i: Tensor) => i.less(3),
      (i: Tensor, y: Tensor) => [i.add(1), y.mul(2)] as [Tensor, Tensor],
      [tensor(0, [], 'int32'), tensor([1, 2])] as [Tensor, Tensor],
    );
    expect([await i.item(), await y.array()]).toEqual([3, [8, 16]]);
  });

  test('stops after maximumIterations', async () => {
    const result = ops.whileLoop(
      () => true,
      (x: Tensor) => x.add(1),
      tensor(0),
      { maximumIterations: 4 },
    );
    expect(await result.item()).toBe(4);
  });

  test('has no gradient, and says so', () => {
    const loop = (x: Tensor): Tensor =>
      ops.whileLoop(
        (y: Tensor) => y.less(10),
        (y: Tensor) => y.mul(2),
        x,
      );
    expect(() => valueAndGrad(loop)(tensor(1))).toThrow(UnsupportedError);
  });
});

describe('scan', () => {
  test('carries a state over the first axis and stacks results', async () => {
    const [total, sums] = ops.scan(
      (sum: Tensor, x: Tensor) => [sum.add(x), sum.add(x)] as const,
      tensor(0),
      tensor([1, 2, 3]),
    );
    expect([await total.item(), await sums.array()]).toEqual([6, [1, 3, 6]]);
  });

  test('has gradients with respect to carry, sequence, and variables read inside', async () => {
    const factor = new Variable(2);
    const run = (): Tensor =>
      ops.scan(
        (y: Tensor, x: Tensor) => [y.mul(factor.value).add(x), []] as const,
        tensor(1),
        tensor([1, 1]),
      )[0];
    // ((1 · f) + 1) · f + 1 = f² + f + 1
    const [value, [slope]] = valueAndGrad(run, [factor]);
    expect([await value.item(), await slope!.item()]).toEqual([7, 5]);
    const compiled = jit(() => valueAndGrad(run, [factor]));
    expect(await compiled()[1][0]!.item()).toBe(5);
  });

  test('needs sequences of one length', () => {
    expect(() =>
      ops.scan((c: Tensor) => [c, c] as const, tensor(0), [tensor([1]), tensor([1, 2])]),
    ).toThrow(/one length/);
  });
});

describe('map, foriLoop and associativeScan', () => {
  test('map applies a function to each slice of a structure', async () => {
    const xs = {
      a: tensor([
        [1, 2],
        [3, 4],
      ]),
      b: tensor([10, 20]),
    };
    const ys = ops.map(({ a, b }) => a.mul(b), xs);
    expect(await ys.array()).toEqual([
      [10, 20],
      [60, 80],
    ]);
  });

  test('foriLoop hands the index to its body', async () => {
    const total = ops.foriLoop(2, 5, (i, sum: Tensor) => sum.add(i), tensor(0));
    expect(await total.item()).toBe(9);
  });

  test('associativeScan runs from the end if reversed', async () => {
    const x = tensor([1, 2, 3, 4, 5]);
    const sums = ops.associativeScan((a: Tensor, b: Tensor) => a.add(b), x, { reverse: true });
    expect(await sums.array()).toEqual([15, 14, 12, 9, 5]);
  });
});

describe('customGradient and jvp', () => {
  test('the gradient given replaces the one derived', async () => {
    const clipped = ops.customGradient((x) => [x.mul(3), (upstream) => upstream.mul(100)]);
    const slope = valueAndGrad((x: Tensor) => clipped(x).sum());
    for (const run of [slope, jit(slope)]) {
      expect(await run(tensor([1, 2]))[1][0]!.array()).toEqual([100, 100]);
    }
  });

  test('jvp gives the derivative along a direction', async () => {
    const [y, dy] = ops.jvp((x: Tensor) => x.mul(x), [tensor([3, 4])], [tensor([1, 10])]);
    expect([await y.array(), await dy.array()]).toEqual([
      [9, 16],
      [6, 80],
    ]);
  });
});
