import { beforeAll, describe, expect, it } from '@jest/globals';
import { cpu } from '@addax/backend-cpu';
import { DTypeError, grad, ops, ShapeError, type Tensor, tensor, useBackend } from '@addax/core';
import { UnsupportedError } from '../../errors.ts';

beforeAll(() => useBackend(cpu.createSync!()));

const int = (values: number[]): Tensor => tensor(values, undefined, 'int32');
const slope = (op: (x: Tensor) => Tensor, ...at: number[]): Promise<unknown> =>
  grad((x: Tensor) => ops.sum(op(x)))(tensor(at)).array();

describe('dtypes of pointwise ops', () => {
  it('are those of the operands, with numbers weak', () => {
    expect(ops.add(int([1]), 2).dtype).toBe('int32');
    expect(ops.add(int([1]), 2.5).dtype).toBe('float32');
    expect(ops.multiply(tensor([1], undefined, 'float16'), 2.5).dtype).toBe('float16');
    expect(ops.maximum([true], [false]).dtype).toBe('bool');
  });

  it('are floatx where integers have no result', () => {
    expect(ops.divide(int([1]), int([2])).dtype).toBe('float32');
    expect(ops.sqrt(int([4])).dtype).toBe('float32');
    expect(ops.sin([true]).dtype).toBe('float32');
  });

  it('are int32 where bool has no arithmetic', () => {
    expect(ops.square([true]).dtype).toBe('int32');
    expect(ops.clip([true], 0, 1).dtype).toBe('int32');
  });
});

describe('operands', () => {
  it('broadcast', async () => {
    expect(await ops.subtract([[1], [2]], [10, 20]).array()).toEqual([
      [-9, -19],
      [-8, -18],
    ]);
  });

  it('may all be numbers, or arrays of equal shape', async () => {
    expect(await ops.add(1, 2).item()).toBe(3);
    expect(await ops.add([1, 2], [3, 4]).array()).toEqual([4, 6]);
  });

  it('that do not broadcast are an error with the op and both shapes', () => {
    const wrong = () => ops.add([1, 2], [1, 2, 3]);
    expect(wrong).toThrow(ShapeError);
    expect(wrong).toThrow('add: operands of shapes [2] and [3] do not broadcast: axis -1 has');
  });
});

describe('division', () => {
  it('rounds down with floorDivide, and mod has the sign of the divisor', async () => {
    expect(await ops.floorDivide(int([7, -7, 7, -7]), int([2, 2, -2, -2])).array()).toEqual([
      3, -4, -4, 3,
    ]);
    expect(await ops.mod([7, -7, 7, -7], [4, 4, -4, -4]).array()).toEqual([3, 1, -1, -3]);
    expect(await ops.fmod([7, -7], [4, 4]).array()).toEqual([3, -3]);
  });

  it('by zero is 0 for integers and for divideNoNan, infinite for floats', async () => {
    expect(await ops.floorDivide(int([5]), int([0])).array()).toEqual([0]);
    expect(await ops.divideNoNan([5, 0], [0, 0]).array()).toEqual([0, 0]);
    expect(await ops.divide([5], [0]).array()).toEqual([Infinity]);
  });
});

describe('accuracy', () => {
  it('does not overflow on the way', async () => {
    expect(await ops.hypot(3e30, 4e30).item()).toBeCloseTo(5e30, -24);
    expect(await ops.logaddexp(1000, 1000).item()).toBeCloseTo(1000 + Math.LN2, 3);
    expect(await ops.logaddexp(-Infinity, -Infinity).item()).toBe(-Infinity);
    expect(await ops.ldexp(tensor(2 ** -100), 200).item()).toBe(2 ** 100);
  });

  it('keeps digits where the result is small', async () => {
    expect((await ops.erfc(5).item()) / 1.5374597944280347e-12).toBeCloseTo(1, 5);
    expect(await ops.log1p(tensor(1e-10)).item()).toBeCloseTo(1e-10, 16);
  });

  it('has whole cube roots of cubes', async () => {
    expect(await ops.cbrt([27, -8, 0, Infinity]).array()).toEqual([3, -2, 0, Infinity]);
  });
});

describe('gradients at kinks', () => {
  it('are 0 for abs at 0, and shared by equal operands of maximum', async () => {
    expect(await slope(ops.abs, 0, -2)).toEqual([0, -1]);
    expect(await slope((x) => ops.maximum(x, 1), 1, 3)).toEqual([0.5, 1]);
  });

  it('pass clip at its bounds and not beyond', async () => {
    expect(await slope((x) => ops.clip(x, 0, 1), -1, 0, 0.5, 1, 2)).toEqual([0, 1, 1, 1, 0]);
  });

  it('are 0 for sinc and hypot at 0', async () => {
    expect(await slope(ops.sinc, 0)).toEqual([0]);
    expect(await slope((x) => ops.hypot(x, x), 0)).toEqual([0]);
  });
});

describe('bits and signs', () => {
  it('tell −0 from 0', async () => {
    expect(await ops.signbit(tensor([-0, 0, -1, NaN])).array()).toEqual([1, 0, 1, 0]);
  });

  it('find the neighbours of a float', async () => {
    const next = await ops.nextafter(tensor([1, 1, -1]), tensor([2, 0, 0])).array();
    expect(next).toEqual([1 + 2 ** -23, 1 - 2 ** -24, -1 + 2 ** -24]);
  });

  it('shift and flip integers', async () => {
    expect(await ops.leftShift(int([1, -1]), 3).array()).toEqual([8, -8]);
    expect(await ops.rightShift(int([-8]), 1).array()).toEqual([-4]);
    expect(await ops.bitwiseNot(int([0])).array()).toEqual([-1]);
  });

  it('have common divisors and multiples', async () => {
    expect(await ops.gcd(int([12, 0, -4]), int([18, 5, 6])).array()).toEqual([6, 5, 2]);
    expect(await ops.lcm(int([4, 0]), int([6, 5])).array()).toEqual([12, 0]);
    expect(() => ops.gcd(tensor([1.5]), 2)).toThrow(DTypeError);
  });
});

describe('rounding', () => {
  it('goes to even halves, to decimals and to tens', async () => {
    expect(await ops.round([0.5, 1.5, 2.5]).array()).toEqual([0, 2, 2]);
    expect(await ops.round([1.25], { decimals: 1 }).item()).toBeCloseTo(1.2, 6);
    expect(await ops.round(int([149, 151]), { decimals: -2 }).array()).toEqual([100, 200]);
    expect(await ops.trunc([-1.7, 1.7]).array()).toEqual([-1, 1]);
  });
});

describe('complex results', () => {
  it('are an error that says how to do without', () => {
    expect(() => ops.polar([1], [2])).toThrow(UnsupportedError);
    expect(() => ops.polar([1], [2])).toThrow('cos(angle)');
  });
});
