import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '@addax/core';
import { planProgram } from '../plan.ts';
import { deviceTarget } from '../testing/target.ts';
import { printEpilogue } from './epilogue.ts';
import { printWgsl } from './print.ts';
import type { WgslKernel, WgslOptions } from './types.ts';

const target = deviceTarget({ fusesEpilogue: (node) => node.op === 'dot' });

type Make = (builder: GraphBuilder) => number[];

function print(make: Make, options: Partial<WgslOptions> = {}): WgslKernel {
  const builder = new GraphBuilder();
  const [step, ...others] = planProgram(builder.finish(make(builder)), target).steps;
  if (step.kind !== 'kernel' || others.length > 0) throw new Error('one kernel was expected');
  const { kernel } = step;
  return printWgsl(kernel, {
    aliases: kernel.buffers.map((_, i) => i),
    aligned: kernel.buffers.map(() => true),
    maxThreads: 256,
    ...options,
  });
}

const affine =
  (rows: number, columns: number, factor: number): Make =>
  (builder) => {
    const shape = [rows, columns];
    const x = builder.input({ shape, dtype: 'float32' });
    const bias = builder.input({ shape: [columns], dtype: 'float32' });
    const [row] = builder.add('broadcast', [bias], { shape, axes: [1] });
    const [scale] = builder.add('full', [], { value: factor, shape, dtype: 'float32' });
    const [product] = builder.add('binary', [x, scale], { fn: 'mul' });
    return [...builder.add('binary', [product, row], { fn: 'add' })];
  };

const total =
  (shape: readonly number[], axes: readonly number[]): Make =>
  (builder) => {
    const x = builder.input({ shape, dtype: 'float32' });
    return [...builder.add('reduce', [x], { fn: 'sum', axes })];
  };

describe('kernels in WGSL', () => {
  it('have one text for all sizes, strides and literals', () => {
    const [a, b] = [print(affine(3, 4, 2)), print(affine(50, 7, 0.5))];
    expect(b.code).toBe(a.code);
    expect(b.params).not.toEqual(a.params);
    const unaligned = { aligned: [false, false, false] };
    expect(print(affine(9, 5, 3), unaligned).code).toBe(print(affine(2, 8, 1), unaligned).code);
  });

  it('have one text for reductions of all sizes that threads share', () => {
    const rows = print(total([5, 1000], [1]));
    expect(print(total([70, 130], [1])).code).toBe(rows.code);
    expect(print(total([130, 70], [0])).code).toBe(rows.code);
    expect(print(total([100000], [0])).workgroups).toBe(1);
  });

  it('leave short reductions to one thread', () => {
    const { code, workgroups } = print(total([1000, 10], [1]));
    expect(code).not.toContain('workgroupBarrier');
    expect(workgroups).toBe(16);
  });

  it('leave to one thread each, where barriers cost more, what is neither long nor few', () => {
    const shares = (shape: readonly number[]): boolean =>
      print(total(shape, [1]), { workgroupTiles: false }).code.includes('workgroupBarrier');
    expect(shares([70, 130])).toBe(false);
    expect(shares([70, 2000])).toBe(true);
    expect(shares([5, 1000])).toBe(true);
  });

  it('take four elements per thread, unless there is much to compute', () => {
    const chain =
      (length: number): Make =>
      (builder) => {
        let x = builder.input({ shape: [8], dtype: 'float32' });
        for (let i = 0; i < length; i++) [x] = builder.add('unary', [x], { fn: 'neg' });
        return [x];
      };
    expect(print(chain(8)).code).toContain('vec4<f32>');
    expect(print(chain(60)).code).not.toContain('vec4<f32>');
  });

  it('fold grids of more workgroups than fit into a row', () => {
    const { workgroups, groups } = print(affine(300, 1024, 2));
    expect(workgroups).toBe(1200);
    expect(groups(65535)).toEqual([1200, 1, 1]);
    expect(groups(500)).toEqual([400, 3, 1]);
  });

  it('bind memory once if it is written, reinterpreted where types differ', () => {
    const make: Make = (builder) => {
      const x = builder.input({ shape: [8], dtype: 'float32' });
      const [y] = builder.add('cast', [x], { dtype: 'int32' });
      return [y];
    };
    const { bindings, code } = print(make, { aliases: [0, 0] });
    expect(bindings).toEqual([{ use: 'write', isHalf: false, buffers: [0, 1] }]);
    expect(code).toContain('bitcast<vec4<f32>>');
  });

  describe('on devices with f16', () => {
    const widened: Make = (builder) => {
      const x = builder.input({ shape: [8], dtype: 'float16' });
      const [y] = builder.add('cast', [x], { dtype: 'float32' });
      return [y];
    };

    it('store float16 as f16 and compute in f32', () => {
      const make: Make = (builder) => {
        const x = builder.input({ shape: [8], dtype: 'float16' });
        return [...builder.add('unary', [x], { fn: 'sqrt' })];
      };
      const { bindings, code } = print(make, { halfFloats: true, aligned: [false, false] });
      expect(bindings.map(({ isHalf }) => isHalf)).toEqual([true, true]);
      expect(code).toMatch(/^enable f16;/);
      expect(code).toContain('let t0 = f32(b0[o0 + thread]);');
      expect(code).toContain('b1[o1 + thread] = f16(t1);');
      expect(print(make, { halfFloats: true }).code).toContain('vec4<f32>(b0[');
    });

    it('ask for f16 only where they bind it', () => {
      expect(print(widened).code).not.toMatch(/\bf16\b/);
      expect(print(affine(3, 4, 2), { halfFloats: true }).code).not.toContain('enable');
    });

    it('refuse elements of two widths in one memory', () => {
      const options = { halfFloats: true, aliases: [0, 0] };
      expect(() => print(widened, options)).toThrow(/two widths/);
    });
  });

  it('take an offset of their own for what lies apart in one memory', () => {
    const make: Make = (builder) => {
      const x = builder.input({ shape: [8], dtype: 'float32' });
      return [...builder.add('unary', [x], { fn: 'neg' })];
    };
    const { apart, params, bindings } = print(make, { aliases: [0, 0], apart: [false, true] });
    expect([apart, params[0], bindings.length]).toEqual([[1], 0, 1]);
  });

  it('run inside a call that supplies their elements', () => {
    const builder = new GraphBuilder();
    const x = builder.input({ shape: [4, 3], dtype: 'float32' });
    const w = builder.input({ shape: [3, 5], dtype: 'float32' });
    const bias = builder.input({ shape: [5], dtype: 'float32' });
    const [product] = builder.add('dot', [x, w], { batch: [], contract: [[1, 0]] });
    const [row] = builder.add('broadcast', [bias], { shape: [4, 5], axes: [1] });
    const [sum] = builder.add('binary', [product, row], { fn: 'add' });
    const program = planProgram(builder.finish([sum]), target);
    const [step] = program.steps;
    if (step.kind !== 'call' || step.epilogue === undefined) throw new Error('not fused');
    expect([program.steps.length, step.outputs, step.epilogue.slots[0]]).toEqual([1, [-1], -1]);
    const { supplied, kernel } = step.epilogue;
    const printed = printEpilogue(kernel, { supplied, aliases: [0, 1, 2] });
    expect(printed.bindings.map(({ use }) => use)).toEqual(['read', 'write']);
    expect(printed.text(2, 9)).toContain('fn finish(index: u32, value: f32)');
    expect(printed.text(2, 9)).toContain('p[2].y');
  });

  it('do not run inside a call whose result others read', () => {
    const builder = new GraphBuilder();
    const x = builder.input({ shape: [4, 4], dtype: 'float32' });
    const [product] = builder.add('dot', [x, x], { batch: [], contract: [[1, 0]] });
    const [y] = builder.add('unary', [product], { fn: 'exp' });
    const program = planProgram(builder.finish([y, product]), target);
    expect(program.steps.map(({ kind }) => kind)).toEqual(['call', 'kernel']);
  });
});
