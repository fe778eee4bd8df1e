import { describe, expect, it } from '@jest/globals';
import type { BinaryFn, DType, UnaryFn } from '@addax/core';
import { Sketch, apply, backend, host, interpreter, numbers, run } from './testing.ts';

function unary(fn: UnaryFn, x: number[], dtype: DType = 'float32'): number[] {
  return apply('unary', [[x, [x.length], dtype]], { fn })[0];
}

function binary(fn: BinaryFn, a: number[], b: number[], dtype: DType = 'float32'): number[] {
  return apply(
    'binary',
    [
      [a, [a.length], dtype],
      [b, [b.length], dtype],
    ],
    { fn },
  )[0];
}

function cast(x: number[], from: DType, dtype: DType): number[] {
  return apply('cast', [[x, [x.length], from]], { dtype })[0];
}

describe('pointwise functions', () => {
  it('round half to even and keep the sign of zero', () => {
    const result = unary('round', [0.5, 1.5, 2.5, -0.5, -1.5, -0.2, 7.7, 0.49999997]);
    expect(result).toEqual([0, 2, 2, -0, -2, -0, 8, 0]);
  });

  it('negate, take signs and absolute values', () => {
    expect(unary('neg', [1, -2, 0])).toEqual([-1, 2, -0]);
    expect(unary('sign', [-3, 0, 5, NaN])).toEqual([-1, 0, 1, NaN]);
    expect(unary('abs', [-128, 5], 'int8')).toEqual([-128, 5]);
    expect(unary('neg', [1, 0], 'uint8')).toEqual([255, 0]);
  });

  it('round float32 results to float32', () => {
    expect(binary('add', [0.1], [0.2])).toEqual([Math.fround(Math.fround(0.1) + Math.fround(0.2))]);
    expect(unary('exp', [1])).toEqual([Math.fround(Math.E)]);
  });

  it('propagate NaN through minimum and maximum', () => {
    expect(binary('max', [1, NaN, -1], [NaN, 2, 3])).toEqual([NaN, NaN, 3]);
    expect(binary('min', [1, NaN, -1], [NaN, 2, 3])).toEqual([NaN, NaN, -1]);
  });

  it('wrap integers at their width', () => {
    expect(binary('add', [127, -128], [1, -1], 'int8')).toEqual([-128, 127]);
    expect(binary('mul', [65536, 123456789], [65536, 987654321], 'int32')).toEqual([0, -67153019]);
    expect(binary('mul', [4294967295], [4294967295], 'uint32')).toEqual([1]);
    expect(binary('sub', [0], [1], 'uint16')).toEqual([65535]);
  });

  it('divide integers toward zero, by zero to zero, and wrap the one overflow', () => {
    const a = [7, -7, 5, -2147483648];
    const b = [2, 2, 0, -1];
    expect(binary('div', a, b, 'int32')).toEqual([3, -3, 0, -2147483648]);
    expect(binary('rem', a, b, 'int32')).toEqual([1, -1, 0, 0]);
    expect(binary('div', [4294967295, 5], [2, 0], 'uint32')).toEqual([2147483647, 0]);
  });

  it('take the remainder of floats with the sign of the dividend', () => {
    expect(binary('rem', [7, -7, 1], [3, 3, 0])).toEqual([1, -1, NaN]);
  });

  it('mask shift counts to the width', () => {
    expect(binary('shl', [1, 1, -1], [33, 3, 4], 'int32')).toEqual([2, 8, -16]);
    expect(binary('shr', [-8, -8], [1, 33], 'int32')).toEqual([-4, -4]);
    expect(binary('shr', [4294967288], [1], 'uint32')).toEqual([2147483644]);
    expect(binary('shl', [255], [9], 'uint8')).toEqual([254]);
  });

  it('raise integers to powers', () => {
    expect(binary('pow', [3, 2, 2, 1, -1, -1], [4, 31, -1, -5, -5, -4], 'int32')).toEqual([
      81, -2147483648, 0, 1, -1, 1,
    ]);
    expect(binary('pow', [2, 1, -8], [0.5, NaN, 1])).toEqual([Math.fround(Math.SQRT2), 1, -8]);
  });

  it('combine bits and bools', () => {
    expect(binary('and', [12, -1], [10, 255], 'int32')).toEqual([8, 255]);
    expect(binary('xor', [4294967295], [1], 'uint32')).toEqual([4294967294]);
    expect(binary('or', [0, 0, 1], [0, 1, 1], 'bool')).toEqual([0, 1, 1]);
    expect(unary('not', [0, 1], 'bool')).toEqual([1, 0]);
    expect(unary('not', [0], 'uint8')).toEqual([255]);
  });

  it('tell NaN and infinities apart', () => {
    expect(unary('isNan', [NaN, 1, Infinity])).toEqual([1, 0, 0]);
    expect(unary('isFinite', [NaN, 1, -Infinity])).toEqual([0, 1, 0]);
  });
});

describe('cast', () => {
  it('saturates floats and makes NaN 0', () => {
    const x = [NaN, 3.9, -3.9, 1e20, -1e20];
    expect(cast(x, 'float32', 'int32')).toEqual([0, 3, -3, 2147483647, -2147483648]);
    expect(cast(x, 'float32', 'uint8')).toEqual([0, 3, 0, 255, 0]);
    expect(cast(x, 'float32', 'uint32')).toEqual([0, 3, 0, 4294967295, 0]);
    expect(cast(x, 'float32', 'bool')).toEqual([1, 1, 1, 1, 1]);
  });

  it('wraps integers and widens bools', () => {
    expect(cast([300, -1], 'int32', 'uint8')).toEqual([44, 255]);
    expect(cast([-1], 'int32', 'uint32')).toEqual([4294967295]);
    expect(cast([0, 1], 'bool', 'float32')).toEqual([0, 1]);
  });

  it('rounds to 16-bit floats once', () => {
    expect(cast([1 + 2 ** -11, 1e6], 'float64', 'float16')).toEqual([1, Infinity]);
    expect(cast([1.01], 'float32', 'bfloat16')).toEqual([1.0078125]);
  });
});

describe('bitcast', () => {
  it('reads the same bits as another dtype', () => {
    expect(apply('bitcast', [[[1, -2], [2]]], { dtype: 'uint32' })[0]).toEqual([
      0x3f800000, 0xc0000000,
    ]);
    const back = apply('bitcast', [[[0x3f800000], [1], 'int32']], { dtype: 'float32' });
    expect(back[0]).toEqual([1]);
    expect(apply('bitcast', [[[-1], [1], 'int8']], { dtype: 'uint8' })[0]).toEqual([255]);
    expect(apply('bitcast', [[[1.5], [1], 'float16']], { dtype: 'uint16' })[0]).toEqual([0x3e00]);
  });
});

describe('select, full and iota', () => {
  it('take one of two, a constant, an index', () => {
    const s = new Sketch();
    const condition = s.input([3], 'bool');
    const index = s.add('iota', [], { shape: [3], axis: 0, dtype: 'float32' });
    const constant = s.add('full', [], { shape: [3], value: -1, dtype: 'float32' });
    const graph = s.finish(s.add('select', [condition, index, constant], {}), index);
    const [chosen, counted] = run(graph, [host([1, 0, 1], 'bool')]);
    expect([numbers(chosen, 'float32'), numbers(counted, 'float32')]).toEqual([
      [0, -1, 2],
      [0, 1, 2],
    ]);
  });

  it('rectify as the selection says, also where arithmetic would not', () => {
    const s = new Sketch();
    const x = s.input([7]);
    const zero = s.add('full', [], { shape: [7], value: 0, dtype: 'float32' });
    const isLow = s.add('compare', [x, zero], { fn: 'le' });
    const graph = s.finish(s.add('select', [isLow, zero, x], {}));
    const data = Float32Array.of(-Infinity, NaN, -0, 0, Infinity, 3.4e38, -1e-45);
    const expected = Float32Array.of(0, NaN, 0, 0, Infinity, 3.4e38, 0);
    for (const on of [backend, interpreter]) expect(run(graph, [data], on)).toEqual([expected]);
  });

  it('count along an inner axis in any dtype', () => {
    const s = new Sketch();
    const graph = s.finish(s.add('iota', [], { shape: [2, 3], axis: 1, dtype: 'int8' }));
    expect(numbers(run(graph, [])[0], 'int8')).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('refuse constants that the dtype cannot hold, by name', () => {
    const s = new Sketch();
    const graph = s.finish(s.add('full', [], { shape: [2], value: 2 ** 40, dtype: 'int64' }));
    expect(() => run(graph, [])).toThrow(/1099511627776 does not fit into int64/);
  });
});
