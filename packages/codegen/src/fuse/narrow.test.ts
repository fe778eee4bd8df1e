/** Kernels bind no more memories than a device allows. */
import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '@addax/core';
import type { Graph } from '@addax/core';
import fc from 'fast-check';
import { bindingsOf } from '../plan/bindings.ts';
import { planProgram } from '../plan.ts';
import type { Program } from '../program.ts';
import type { Target } from '../target.ts';
import { deviceTarget } from '../testing/target.ts';

const target = (maxKernelBuffers: number): Target => deviceTarget({ maxKernelBuffers });

function widths(program: Program): number[] {
  return program.steps.flatMap((step) =>
    step.kind === 'kernel' ? [bindingsOf(step, program)] : [],
  );
}

const SHAPE = [4, 4];

/** Each number picks an op and its operands among what is there. */
function randomGraph(choices: readonly number[]): Graph {
  const builder = new GraphBuilder();
  const values = Array.from({ length: 12 }, () => {
    return builder.input({ shape: SHAPE, dtype: 'float32' });
  });
  for (const choice of choices) {
    const pick = (n: number): number => values[(choice >>> n) % values.length];
    const [a, b, c] = [pick(3), pick(9), pick(15)];
    const kind = choice % 8;
    if (kind === 0) {
      values.push(builder.add('transpose', [a], { permutation: [1, 0] })[0]);
    } else if (kind === 1) {
      const [joined] = builder.add('concat', [a, b, c, pick(1), pick(7), pick(13)], { axis: 0 });
      const limit = SHAPE;
      values.push(builder.add('slice', [joined], { start: [0, 0], limit, strides: [1, 1] })[0]);
    } else if (kind === 2) {
      const [sum] = builder.add('reduce', [a], { fn: 'sum', axes: [1] });
      values.push(builder.add('broadcast', [sum], { shape: SHAPE, axes: [0] })[0]);
    } else if (kind === 3) {
      const [test] = builder.add('compare', [a, b], { fn: 'lt' });
      values.push(builder.add('select', [test, b, c], {})[0]);
    } else {
      values.push(builder.add('binary', [a, b], { fn: kind === 4 ? 'mul' : 'add' })[0]);
    }
  }
  return builder.finish(values.slice(12).filter((_, i) => i % 5 === 0 || i > choices.length - 3));
}

describe('kernels of a device with few bindings', () => {
  it.each([4, 5, 8])('bind at most %d memories', (most) => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 60 }), (choices) => {
        const program = planProgram(randomGraph(choices), target(most));
        expect(Math.max(0, ...widths(program))).toBeLessThanOrEqual(most);
      }),
      { numRuns: 60 },
    );
  });

  it('hold a sum of many operands in as few kernels as can be', () => {
    const builder = new GraphBuilder();
    const operands = Array.from({ length: 19 }, () =>
      builder.input({ shape: SHAPE, dtype: 'float32' }),
    );
    const sum = operands.reduce((a, b) => builder.add('binary', [a, b], { fn: 'add' })[0]);
    const graph = builder.finish([sum]);
    // The second writes over what it reads of the first.
    expect(widths(planProgram(graph, target(8)))).toEqual([8, 7, 8]);
  });

  it('count a donated input and what is computed into it once', () => {
    const builder = new GraphBuilder();
    const inputs = Array.from({ length: 6 }, () =>
      builder.input({ shape: SHAPE, dtype: 'float32' }),
    );
    const [gradient, ...state] = inputs;
    let last = gradient;
    const updates = state.map((x) => (last = builder.add('binary', [x, last], { fn: 'add' })[0]));
    const graph = builder.finish(updates);
    const donate = state.map((_, i) => [i + 1, i] as const);
    expect(widths(planProgram(graph, target(6), donate))).toEqual([6]);
    expect(widths(planProgram(graph, target(6))).length).toBe(3);
  });

  it('store an operand that is read with others through an index map', () => {
    const builder = new GraphBuilder();
    const inputs = Array.from({ length: 6 }, () =>
      builder.input({ shape: SHAPE, dtype: 'float32' }),
    );
    const sum = inputs.reduce((a, b) => builder.add('binary', [a, b], { fn: 'add' })[0]);
    const [turned] = builder.add('transpose', [sum], { permutation: [1, 0] });
    const graph = builder.finish([turned]);
    expect(widths(planProgram(graph, target(8)))).toEqual([7]);
    expect(widths(planProgram(graph, target(4)))).toEqual([4, 3, 2, 2]);
  });
});
