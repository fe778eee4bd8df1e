import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '@addax/core';
import type { Graph } from '@addax/core';
import { unmask } from './masks.ts';

/** relu(x), and a gradient through it; `late` uses the mask after the result, else before it. */
function rectified(late: boolean): Graph {
  const builder = new GraphBuilder();
  const shape = [4];
  const x = builder.input({ shape, dtype: 'float32' });
  const g = builder.input({ shape, dtype: 'float32' });
  const [zero] = builder.add('full', [], { value: 0, shape, dtype: 'float32' });
  const [mask] = builder.add('compare', [x, zero], { fn: 'le' });
  const early = late ? undefined : builder.add('select', [mask, zero, g], {})[0];
  const [y] = builder.add('select', [mask, zero, x], {});
  const gradient = early ?? builder.add('select', [mask, zero, g], {})[0];
  return builder.finish([y, gradient]);
}

describe('the mask of a rectification', () => {
  it('is made again of its result for what comes later', () => {
    const graph = rectified(true);
    const { nodes, avals } = unmask(graph);
    const ops = nodes.map(({ op }) => op);
    expect(ops).toEqual(['full', 'compare', 'select', 'compare', 'select']);
    const [, first, y, again, gradient] = nodes;
    expect(again.inputs).toEqual([y.outputs[0], first.inputs[1]]);
    expect(gradient.inputs[0]).toBe(again.outputs[0]);
    expect(avals[again.outputs[0]]).toEqual({ shape: [4], dtype: 'bool' });
  });

  it('stays where only what comes before reads it', () => {
    const graph = rectified(false);
    expect(unmask(graph)).toBe(graph);
  });
});
