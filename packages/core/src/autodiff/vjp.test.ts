import { describe, expect, test } from '@jest/globals';
import { parse } from '../graph/parse.ts';
import { print } from '../graph/print.ts';
import { verify } from '../graph/verify.ts';
import { SAMPLES } from '../ops/samples.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { OpName } from '../graph/types.ts';
import { optimize } from '../passes/optimize.ts';
import { vjp } from './vjp.ts';

const tidy = (graph: ReturnType<typeof vjp>): string => print(optimize(graph, () => false));

describe('vjp', () => {
  test('gives the gradient graph: inputs, cotangents → cotangents of inputs', () => {
    const graph = parse(`
graph(%0: float32[2, 3], %1: float32[3, 4]) {
  %2: float32[2, 4] = dot(%0, %1) batch=[] contract=[[1, 0]] @"dense/matmul"
  return %2
}`);
    expect(tidy(vjp(graph))).toBe(
      `graph(%0: float32[2, 3], %1: float32[3, 4], %2: float32[2, 4]) {
  %3: float32[2, 3] = dot(%2, %1) batch=[] contract=[[1, 1]] @"dense/matmul/grad"
  %4: float32[3, 4] = dot(%0, %2) batch=[] contract=[[0, 0]] @"dense/matmul/grad"
  return %3, %4
}`,
    );
  });

  test('adds up the uses of a value', () => {
    const graph = parse(
      'graph(%0: float32[]) { %1: float32[] = binary(%0, %0) fn="add" return %1, %0 }',
    );
    expect(tidy(vjp(graph))).toBe(
      `graph(%0: float32[], %1: float32[], %2: float32[]) {
  %3: float32[] = binary(%2, %1) fn="add" @"grad"
  %4: float32[] = binary(%3, %1) fn="add" @"grad"
  return %4
}`,
    );
  });

  test('gives zeros where nothing connects, and nothing for integers', () => {
    const graph = parse(
      'graph(%0: float32[2], %1: int32[2], %2: float32[2]) { %3: float32[2] = stopGradient(%0) %4: float32[2] = binary(%3, %2) fn="add" return %4, %1 }',
    );
    expect(tidy(vjp(graph))).toBe(
      `graph(%0: float32[2], %1: int32[2], %2: float32[2], %3: float32[2]) {
  %4: float32[2] = full() value=0 shape=[2] dtype="float32"
  return %4, %3
}`,
    );
  });

  test('takes a choice of inputs and outputs', () => {
    const graph = parse(
      'graph(%0: float32[], %1: float32[]) { %2: float32[] = unary(%0) fn="neg" %3: float32[] = unary(%1) fn="neg" return %2, %3 }',
    );
    expect(tidy(vjp(graph, [1], [1]))).toBe(
      `graph(%0: float32[], %1: float32[], %2: float32[]) {
  %3: float32[] = unary(%2) fn="neg" @"grad"
  return %3
}`,
    );
  });

  test('is remembered per graph, inputs and outputs', () => {
    const graph = parse('graph(%0: float32[]) { return %0 }');
    expect(vjp(graph)).toBe(vjp(graph));
    expect(vjp(graph, [0], [0])).toBe(vjp(graph));
  });

  test('the gradient of a composite is a composite whose body is shared', () => {
    const graph = parse(`
graph(%0: float32[2]) {
  %1: float32[2] = call(%0) name="twice" options={"k": 2} body=graph(%0: float32[2]) {
    %1: float32[2] = binary(%0, %0) fn="add"
    return %1
  }
  return %1
}`);
    const gradient = vjp(graph);
    const node = gradient.nodes.findLast(({ op }) => op === 'call');
    const again = vjp({ ...graph }).nodes.findLast(({ op }) => op === 'call');
    if (node?.op !== 'call' || again?.op !== 'call') throw new Error('no composite');
    expect(node.attrs.name).toBe('twiceGrad');
    expect(node.attrs.options).toEqual({ k: 2, wrt: [0], given: [0] });
    expect(again.attrs.body).toBe(node.attrs.body);
  });

  test('a gradient that somebody wrote takes the place of the vjp', () => {
    const graph = parse(`
graph(%0: float32[2]) {
  %1: float32[2] = call(%0) name="through" options={} body=graph(%0: float32[2]) {
    %1: float32[2] = unary(%0) fn="round"
    return %1
  } grad=graph(%0: float32[2], %1: float32[2], %2: float32[2]) {
    return %2
  }
  return %1
}`);
    expect(tidy(vjp(graph))).toBe('graph(%0: float32[2], %1: float32[2]) {\n  return %1\n}');
  });
});

test('every sample differentiates twice into sound graphs', () => {
  for (const { op, inputs, attrs, gradient } of SAMPLES) {
    if (!gradient) continue;
    const builder = new GraphBuilder();
    const ids = inputs.map(({ shape, dtype }) => builder.input({ shape, dtype }));
    const graph = builder.finish(builder.add<OpName>(op, ids, attrs));
    const first = vjp(graph);
    verify(first);
    if (op === 'pool' && 'fn' in attrs && attrs.fn === 'max') continue;
    const second = vjp(first);
    verify(second);
    optimize(second, () => false, { onPass: (_name, _before, after) => verify(after) });
  }
});
