import { describe, expect, test } from '@jest/globals';
import { ShapeError } from '../../errors.ts';
import type { AnyNode, Graph } from '../../graph/types.ts';
import { intern } from '../../tensor/avals.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { traceGraph } from '../../trace/trace.ts';
import { showAval } from '../primitives/check.ts';
import {
  attention,
  batchNormTrain,
  dropout,
  layerNorm,
  lstm,
  softmax,
  sparseCrossEntropy,
} from './index.ts';

const f = (...shape: number[]) => intern({ shape, dtype: 'float32' });
const h = (...shape: number[]) => intern({ shape, dtype: 'float16' });

function traced(avals: ReturnType<typeof f>[], fn: (...x: Tensor[]) => Tensor[]): Graph {
  return traceGraph(avals, (inputs) => fn(...inputs));
}

function onlyCall(graph: Graph): Extract<AnyNode, { op: 'call' }> {
  const [node, ...rest] = graph.nodes;
  if (node?.op !== 'call' || rest.length > 0) throw new Error('expected one composite');
  return node;
}

describe('a composite', () => {
  test('is one node, with plain options', () => {
    const { attrs } = onlyCall(traced([f(2, 3)], (x) => [softmax(x, -1)]));
    expect(attrs.name).toBe('softmax');
    expect(attrs.options).toEqual({ axes: [1] });
  });

  test('shares its body between uses of equal shapes and options', () => {
    const body = (axis: number) =>
      onlyCall(traced([f(2, 3)], (x) => [softmax(x, axis)])).attrs.body;
    expect(body(1)).toBe(body(-1));
    expect(body(0)).not.toBe(body(1));
  });

  test('computes 16-bit floats in float32 and rounds once', () => {
    const graph = traced([h(2, 3)], (x) => [softmax(x)]);
    const { body } = onlyCall(graph).attrs;
    expect(graph.avals[graph.outputs[0]!]).toMatchObject({ shape: [2, 3], dtype: 'float16' });
    expect(body.nodes[0]).toMatchObject({ op: 'cast', attrs: { dtype: 'float32' } });
    expect(body.nodes.at(-1)).toMatchObject({ op: 'cast', attrs: { dtype: 'float16' } });
  });
});

test('layerNorm takes scale and offset, both or none', () => {
  const count = (...present: boolean[]): number => {
    const [scale, offset] = present;
    const graph = traced([f(2, 3), f(3), f(3)], (x, a, b) => [
      layerNorm(x, {
        axis: -1,
        epsilon: 1e-3,
        scale: scale ? a : undefined,
        offset: offset ? b : undefined,
      }),
    ]);
    return onlyCall(graph).inputs.length;
  };
  expect([count(), count(true), count(false, true), count(true, true)]).toEqual([1, 2, 2, 3]);
});

test('batchNormTrain gives statistics per channel in at least float32', () => {
  const graph = traced([h(2, 5, 5, 3)], (x) => {
    const { y, mean, variance } = batchNormTrain(x, { axis: -1, epsilon: 1e-3 });
    return [y, mean, variance];
  });
  expect(graph.outputs.map((id) => showAval(graph.avals[id]!))).toEqual([
    'float16[2, 5, 5, 3]',
    'float32[3]',
    'float32[3]',
  ]);
});

test('attention gives [batch, targets, heads, size] and repeats grouped heads', () => {
  const graph = traced([f(2, 4, 6, 8), f(2, 5, 3, 8), f(2, 5, 3, 7)], (q, k, v) => [
    attention(q, k, v, { causal: true }),
  ]);
  expect(graph.avals[graph.outputs[0]!]!.shape).toEqual([2, 4, 6, 7]);
  expect(() => traced([f(2, 4, 4, 8), f(2, 5, 3, 8)], (q, k) => [attention(q, k, k)])).toThrow(
    ShapeError,
  );
});

test('lstm gives the last output or all of them, and its state', () => {
  const shapes = (returnSequences: boolean): unknown[] => {
    const graph = traced([f(2, 5, 3), f(3, 16), f(4, 16)], (x, kernel, recurrentKernel) => {
      const result = lstm(x, { kernel, recurrentKernel, returnSequences });
      return [result.output, result.hidden, result.cell];
    });
    return graph.outputs.map((id) => graph.avals[id]!.shape);
  };
  expect(shapes(false)).toEqual([
    [2, 4],
    [2, 4],
    [2, 4],
  ]);
  expect(shapes(true)).toEqual([
    [2, 5, 4],
    [2, 4],
    [2, 4],
  ]);
});

test('labels are shaped like the logits without classes', () => {
  const labels = intern({ shape: [3], dtype: 'int32' });
  expect(() => traced([f(2, 5), labels], (x, y) => [sparseCrossEntropy(x, y)])).toThrow(
    'labels int32[3] must have the shape of the logits float32[2, 5]',
  );
});

test('dropout takes its rate as a number or as a tensor', () => {
  const key = intern({ shape: [2], dtype: 'uint32' });
  const fixed = onlyCall(traced([f(4), key], (x, k) => [dropout(x, k, 0.25)]));
  const given = onlyCall(traced([f(4), key, f()], (x, k, rate) => [dropout(x, k, rate)]));
  expect(fixed.attrs.options).toEqual({ rate: 0.25, noiseShape: [4] });
  expect(given.attrs.options).toEqual({ rate: null, noiseShape: [4] });
  expect(given.inputs).toHaveLength(3);
});
