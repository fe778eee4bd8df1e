import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '@addax/core';
import type { AnyNode, DType } from '@addax/core';
import { deviceTarget } from '../testing/target.ts';
import { stageReductions } from './stages.ts';

const target = deviceTarget({ longestReduction: 512 });

/** What a sum over these axes becomes: shapes of the operands, and axes. */
function stages(
  shape: readonly number[],
  axes: readonly number[],
  dtype: DType = 'float32',
): string[] {
  const builder = new GraphBuilder();
  const x = builder.input({ shape, dtype });
  const [y] = builder.add('reduce', [x], { fn: 'sum', axes });
  const { graph } = stageReductions(builder.finish([y]), target);
  expect(graph.avals[graph.outputs[0]]).toEqual({
    shape: shape.filter((_, axis) => !axes.includes(axis)),
    dtype,
  });
  return graph.nodes.map((node: AnyNode) => {
    const operand = graph.avals[node.inputs[0]].shape.join('x');
    return node.op === 'reduce' ? `${operand} over ${node.attrs.axes.join()}` : node.op;
  });
}

describe('long reductions', () => {
  it('to few elements keep an outer axis for a second stage', () => {
    expect(stages([64, 26, 26, 32], [0, 1, 2])).toEqual(['64x26x26x32 over 1,2', '64x32 over 0']);
  });

  it('over one axis cut it in two', () => {
    expect(stages([1 << 20], [0])).toEqual(['reshape', '64x16384 over 1', '64 over 0']);
    expect(stages([43264, 32], [0])).toEqual(['reshape', '52x832x32 over 1', '52x32 over 0']);
  });

  it('stay whole if their results keep a device busy, or the axis cannot be cut', () => {
    expect(stages([1000, 4096], [0])).toEqual(['1000x4096 over 0']);
    expect(stages([1000003], [0])).toEqual(['1000003 over 0']);
  });

  it('of narrow floats hand on what is not rounded yet', () => {
    expect(stages([64, 26, 26, 32], [0, 1, 2], 'float16')).toEqual([
      'cast',
      '64x26x26x32 over 1,2',
      '64x32 over 0',
      'cast',
    ]);
  });
});
