import { describe, expect, it } from '@jest/globals';
import type { Graph } from '@addax/core';
import { Sketch, numbers, run } from '../testing.ts';

/** (step, total, x) → (total + step · x, total) */
function body(): Graph {
  const s = new Sketch();
  const [step, total, x] = [s.input([]), s.input([]), s.input([])];
  const product = s.add('binary', [step, x], { fn: 'mul' });
  return s.finish(s.add('binary', [total, product], { fn: 'add' }), total);
}

function scanned(reverse: boolean, saveCarries: boolean, length = 3): number[][] {
  const s = new Sketch();
  const inputs = [s.input([]), s.input([]), s.input([length])];
  const attrs = { body: body(), length, constants: 1, carries: 1, reverse, saveCarries };
  const graph = s.finish(...s.all('scan', inputs, attrs));
  const xs = Float32Array.from({ length }, (_, i) => i + 1);
  const results = run(graph, [Float32Array.of(10), Float32Array.of(5), xs]);
  return results.map((result) => numbers(result, 'float32'));
}

describe('scan', () => {
  it('carries values through its steps and stacks results', () => {
    expect(scanned(false, false)).toEqual([[65], [5, 15, 35]]);
  });

  it('walks backwards and writes at the index of the step', () => {
    expect(scanned(true, false)).toEqual([[65], [55, 35, 5]]);
  });

  it('saves the carry before each step', () => {
    expect(scanned(false, true)).toEqual([[65], [5, 15, 35], [5, 15, 35]]);
    expect(scanned(true, true)).toEqual([[65], [55, 35, 5], [55, 35, 5]]);
  });

  it('of no steps gives the carries back', () => {
    expect(scanned(false, false, 0)).toEqual([[5], []]);
  });

  it('takes a body that passes values through', () => {
    const inner = new Sketch();
    const [a, b] = [inner.input([2]), inner.input([2])];
    const swap = inner.finish(b, a, a);
    const s = new Sketch();
    const attrs = {
      body: swap,
      length: 3,
      constants: 0,
      carries: 2,
      reverse: false,
      saveCarries: false,
    };
    const graph = s.finish(...s.all('scan', [s.input([2]), s.input([2])], attrs));
    const results = run(graph, [Float32Array.of(1, 2), Float32Array.of(3, 4)]);
    expect(results.map((r) => numbers(r, 'float32'))).toEqual([
      [3, 4],
      [1, 2],
      [1, 2, 3, 4, 1, 2],
    ]);
  });
});

describe('cond', () => {
  it('runs one branch', () => {
    const branch = (fn: 'neg' | 'abs'): Graph => {
      const s = new Sketch();
      return s.finish(s.add('unary', [s.input([2])], { fn }));
    };
    const s = new Sketch();
    const inputs = [s.input([], 'bool'), s.input([2])];
    const graph = s.finish(s.add('cond', inputs, { then: branch('neg'), else: branch('abs') }));
    const choose = (flag: number): number[] =>
      numbers(run(graph, [Uint8Array.of(flag), Float32Array.of(1, -2)])[0], 'float32');
    expect([choose(1), choose(0)]).toEqual([
      [-1, 2],
      [1, 2],
    ]);
  });
});

describe('while', () => {
  /** (limit, x) while x < limit: x ← x · 2 */
  function doubling(): Graph {
    const test = new Sketch();
    const [limit, x] = [test.input([]), test.input([])];
    const condition = test.finish(test.add('compare', [x, limit], { fn: 'lt' }));
    const step = new Sketch();
    const [, y] = [step.input([]), step.input([])];
    const next = step.finish(step.add('binary', [y, y], { fn: 'add' }));
    const s = new Sketch();
    const inputs = [s.input([]), s.input([])];
    return s.finish(s.add('while', inputs, { cond: condition, body: next, constants: 1 }));
  }

  it('repeats until its condition fails, or never begins', () => {
    const from = (x: number): number[] =>
      numbers(run(doubling(), [Float32Array.of(100), Float32Array.of(x)])[0], 'float32');
    expect([from(3), from(500)]).toEqual([[192], [500]]);
  });
});
