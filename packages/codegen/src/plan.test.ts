import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '@addax/core';
import type { DType, OpAttrs, OpName } from '@addax/core';
import { planProgram } from './plan.ts';
import type { Program } from './program.ts';
import type { Target } from './target.ts';

const target: Target = {
  byteWidth: () => 4,
  accumulator: () => 'float32',
  round: (value) => value,
  decode: (data, _, i) => Number(data[i]),
  range: () => [-Infinity, Infinity],
  inPlaceOperand: () => -1,
  alignment: 4,
  maxKernelNodes: 16,
};

class Sketch {
  readonly builder = new GraphBuilder();

  input(...shape: number[]): number {
    return this.builder.input({ shape, dtype: 'float32' });
  }

  add<Op extends OpName>(op: Op, inputs: readonly number[], attrs: OpAttrs[Op]): number {
    return this.builder.add(op, inputs, attrs)[0];
  }

  exp(x: number): number {
    return this.add('unary', [x], { fn: 'exp' });
  }

  plus(a: number, b: number): number {
    return this.add('binary', [a, b], { fn: 'add' });
  }

  spread(x: number, shape: readonly number[], axes: readonly number[]): number {
    return this.add('broadcast', [x], { shape, axes });
  }

  dot(a: number, b: number): number {
    return this.add('dot', [a, b], { batch: [], contract: [[1, 0]] });
  }

  plan(...outputs: number[]): Program {
    return planProgram(this.builder.finish(outputs), target);
  }
}

/** What each step runs, in words. */
function steps(program: Program): string[] {
  return program.steps.map((step, i) => `${step.kind}: ${program.sources[i].join(' ')}`);
}

describe('fusion', () => {
  it('makes one kernel of a chain, with several outputs', () => {
    const s = new Sketch();
    const x = s.input(2, 3);
    const y = s.exp(x);
    const z = s.plus(y, x);
    const program = s.plan(y, z);
    expect(steps(program)).toEqual(['kernel: unary.exp binary.add']);
    expect(program.workspaceBytes).toBe(0);
  });

  it('computes the operand of a reduction in its loop, and what follows behind it', () => {
    const s = new Sketch();
    const x = s.input(8, 4);
    const total = s.add('reduce', [s.exp(x)], { fn: 'sum', axes: [1] });
    const program = s.plan(s.exp(total));
    expect(steps(program)).toEqual(['kernel: reduce.sum unary.exp']);
    expect(program.workspaceBytes).toBe(0);
  });

  it('lets reductions of one operand share its loop', () => {
    const s = new Sketch();
    const x = s.input(8, 4);
    const square = s.add('binary', [x, x], { fn: 'mul' });
    const sums = [x, square].map((v) => s.add('reduce', [v], { fn: 'sum', axes: [0] }));
    expect(steps(s.plan(...sums))).toEqual(['kernel: reduce.sum reduce.sum']);
  });

  it('stores what is costly and read again and again, and repeats what is cheap', () => {
    const build = (costly: boolean): Program => {
      const s = new Sketch();
      const [row, x] = [s.input(4), s.input(8, 4)];
      const y = costly ? s.exp(row) : s.add('unary', [row], { fn: 'neg' });
      return s.plan(s.plus(s.spread(y, [8, 4], [1]), x));
    };
    expect(steps(build(true))).toEqual(['kernel: unary.exp', 'kernel: broadcast binary.add']);
    expect(steps(build(false))).toEqual(['kernel: broadcast binary.add']);
  });

  it('does not repeat work that is constant along trailing axes', () => {
    const s = new Sketch();
    const [column, x] = [s.input(8), s.input(8, 4)];
    const program = s.plan(s.plus(s.spread(s.exp(column), [8, 4], [0]), x));
    expect(steps(program)).toEqual(['kernel: broadcast binary.add']);
  });

  it('stores a value that kernels and calls both need, and computes it once', () => {
    const s = new Sketch();
    const x = s.input(4, 4);
    const y = s.exp(x);
    const product = s.dot(y, y);
    expect(steps(s.plan(s.plus(product, y)))).toEqual([
      'kernel: unary.exp',
      'call: dot',
      'kernel: binary.add',
    ]);
  });

  it('updates moments and weights in one pass', () => {
    const s = new Sketch();
    const [weight, moment, gradient, rate] = [s.input(8), s.input(8), s.input(8), s.input()];
    const [newMoment, newRate] = [s.plus(moment, gradient), s.exp(rate)];
    const change = s.add('binary', [newMoment, s.spread(newRate, [8], [])], { fn: 'mul' });
    const program = s.plan(s.plus(weight, change), newMoment, newRate);
    expect(steps(program)).toEqual([
      'kernel: unary.exp',
      'kernel: binary.add broadcast binary.mul binary.add',
    ]);
  });

  it('does not delay what something reads from memory', () => {
    const s = new Sketch();
    const x = s.input(4, 4);
    const y = s.exp(x);
    const product = s.dot(y, y);
    expect(steps(s.plan(s.plus(y, product), y))).toEqual([
      'kernel: unary.exp',
      'call: dot',
      'kernel: binary.add',
    ]);
  });

  it('never makes kernels wait for one another', () => {
    // z joins a value before and a value after the reduction of y.
    const s = new Sketch();
    const x = s.input(4, 4);
    const y = s.exp(x);
    const total = s.add('reduce', [y], { fn: 'sum', axes: [1] });
    const z = s.plus(y, s.spread(total, [4, 4], [0]));
    expect(steps(s.plan(z, total))).toEqual([
      'kernel: unary.exp',
      'kernel: reduce.sum',
      'kernel: broadcast binary.add',
    ]);
  });

  it('cuts kernels that grow beyond the limit of the target', () => {
    const s = new Sketch();
    let x = s.input(4);
    for (let i = 0; i < 40; i++) x = s.exp(x);
    expect(s.plan(x).steps.length).toBe(3);
  });
});

describe('loops', () => {
  const loopSizes = (program: Program): number[] => {
    const step = program.steps[0];
    if (step.kind !== 'kernel') return [];
    const sizes: number[] = [];
    for (let body = step.kernel.body; ;) {
      const loop = body.find((statement) => statement.kind === 'loop');
      if (loop === undefined) return sizes;
      sizes.push(loop.size);
      body = loop.body;
    }
  };

  it('merge where every operand is walked as one', () => {
    const s = new Sketch();
    expect(loopSizes(s.plan(s.exp(s.input(2, 3, 4))))).toEqual([24]);
  });

  it('stay apart only where an operand needs it', () => {
    const s = new Sketch();
    const [x, row] = [s.input(2, 3, 4), s.input(4)];
    expect(loopSizes(s.plan(s.plus(x, s.spread(row, [2, 3, 4], [2]))))).toEqual([6, 4]);
  });

  it('leave out axes of size 1', () => {
    const s = new Sketch();
    const x = s.input(1, 5, 1);
    const y = s.add('transpose', [x], { permutation: [2, 1, 0] });
    expect(loopSizes(s.plan(y))).toEqual([5]);
  });
});

describe('the memory plan', () => {
  it('writes over an operand that dies, if it is read where it is written', () => {
    const s = new Sketch();
    const x = s.input(4, 4);
    const y = s.dot(x, x);
    const z = s.exp(y);
    const program = s.plan(s.dot(z, z));
    expect([steps(program), program.workspaceBytes]).toEqual([
      ['call: dot', 'kernel: unary.exp', 'call: dot'],
      64,
    ]);
  });

  it('does not write over an operand that is read elsewhere', () => {
    const s = new Sketch();
    const x = s.input(4, 4);
    const y = s.dot(x, x);
    const z = s.add('reverse', [y], { axes: [0] });
    expect(s.plan(s.dot(z, z)).workspaceBytes).toBe(128);
  });

  it('lends a donated input to its output only when its readers are done', () => {
    const plan = (late: boolean): Program => {
      const s = new Sketch();
      const x = s.input(4, 4);
      const y = s.exp(x);
      const z = late ? s.dot(s.dot(y, y), x) : s.dot(x, x);
      return planProgram(s.builder.finish([y, z]), target, [[0, 0]]);
    };
    expect(steps(plan(true))).toEqual(['kernel: unary.exp', 'call: dot', 'call: dot', 'copy: ']);
    expect(plan(true).donors).toEqual([0, -1]);
  });
});

describe('dtypes', () => {
  it('are carried by every buffer', () => {
    const s = new Sketch();
    const mask = s.builder.input({ shape: [3], dtype: 'bool' });
    const y = s.add('cast', [mask], { dtype: 'int8' });
    const [step] = s.plan(y).steps;
    const dtypes: DType[] =
      step.kind === 'kernel' ? step.kernel.buffers.map(({ dtype }) => dtype) : [];
    expect(dtypes).toEqual(['bool', 'int8']);
  });
});
