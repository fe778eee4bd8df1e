import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { disagreement, type Run, runGraph } from '@addax/conformance';
import { type Graph, parse, verify } from '@addax/core';
import { runOnRuntime } from '../testing/node.ts';
import { rewritten } from './rewrite.ts';

const reference = cpu.createSync!();
const ways: readonly [Run, ...Run[]] = [
  (graph, inputs) => runGraph(reference, graph, inputs),
  (graph, inputs) => runGraph(reference, rewritten(graph), inputs),
  runOnRuntime,
];

async function checkEqual(graph: Graph): Promise<void> {
  expect(await disagreement(graph, ways, { rtol: 1e-5, atol: 1e-5 })).toBeUndefined();
}

function opsOf(graph: Graph): string[] {
  return graph.nodes.map(({ op }) => op);
}

describe('loops', () => {
  // state ← state · w + tanh(x · w); the sum of xᵀ · state is carried along.
  const graph = parse(`
graph(%0: float32[3, 3], %1: float32[2, 3], %2: float32[3, 3], %3: float32[4, 2, 3]) {
  %4: float32[2, 3], %5: float32[3, 3], %6: float32[4, 2, 3], %7: float32[4, 3, 2] =
    scan(%0, %1, %2, %3) body=graph(
      %0: float32[3, 3], %1: float32[2, 3], %2: float32[3, 3], %3: float32[2, 3]) {
    %4: float32[2, 3] = dot(%3, %0) batch=[] contract=[[1, 0]]
    %5: float32[2, 3] = unary(%4) fn="tanh"
    %6: float32[2, 3] = dot(%1, %0) batch=[] contract=[[1, 0]]
    %7: float32[2, 3] = binary(%6, %5) fn="add"
    %8: float32[3, 3] = dot(%3, %7) batch=[] contract=[[0, 0]]
    %9: float32[3, 3] = binary(%2, %8) fn="add"
    %10: float32[3, 2] = transpose(%5) permutation=[1, 0]
    return %7, %9, %7, %10
  } length=4 constants=1 carries=2 reverse=true saveCarries=false
  return %4, %5, %6, %7
}`);

  test('compute before and after what needs no step before it', () => {
    const smaller = rewritten(graph);
    verify(smaller);
    const scan = smaller.nodes.find(({ op }) => op === 'scan');
    const body = scan?.op === 'scan' ? scan.attrs.body : undefined;
    expect(opsOf(body!)).toEqual(['dot', 'binary']);
    expect(opsOf(smaller).filter((op) => op === 'dot')).toHaveLength(2);
  });

  test('give the same results', () => checkEqual(graph));

  test('that keep their carries stay right', async () => {
    const keeping = parse(`
graph(%0: float32[3], %1: float32[4, 3]) {
  %2: float32[3], %3: float32[4, 3], %4: float32[4, 3] = scan(%0, %1) body=graph(
      %0: float32[3], %1: float32[3]) {
    %2: float32[3] = unary(%1) fn="exp"
    %3: float32[3] = slice(%2) start=[0] limit=[3] strides=[1]
    %4: float32[3] = binary(%0, %3) fn="mul"
    return %4, %2
  } length=4 constants=0 carries=1 reverse=false saveCarries=true
  return %2, %3, %4
}`);
    verify(rewritten(keeping));
    await checkEqual(keeping);
  });
});

describe('sums of padded pieces', () => {
  const summed = (start: number): Graph =>
    parse(`
graph(%0: float32[2, 3], %1: float32[2, 2]) {
  %2: float32[] = full() value=0 shape=[] dtype="float32"
  %3: float32[2, 5] = pad(%0, %2) low=[0, 2] high=[0, 0] interior=[0, 0]
  %4: float32[2, 5] = pad(%1, %2) low=[0, ${start}] high=[0, ${3 - start}] interior=[0, 0]
  %5: float32[2, 5] = binary(%3, %4) fn="add"
  return %5
}`);

  test('that cover everything are joined', async () => {
    expect(opsOf(rewritten(summed(0)))).toContain('concat');
    await checkEqual(summed(0));
  });

  test('that overlap are added', async () => {
    expect(opsOf(rewritten(summed(1)))).not.toContain('concat');
    await checkEqual(summed(1));
  });
});

test('½ (tanh ½x + 1) is written as the sigmoid', async () => {
  const graph = parse(`
graph(%0: float32[4]) {
  %1: float32[4] = full() value=0.5 shape=[4] dtype="float32"
  %2: float32[4] = full() value=1 shape=[4] dtype="float32"
  %3: float32[4] = binary(%1, %0) fn="mul"
  %4: float32[4] = unary(%3) fn="tanh"
  %5: float32[4] = binary(%4, %2) fn="add"
  %6: float32[4] = binary(%5, %1) fn="mul"
  return %6
}`);
  const call = rewritten(graph).nodes.find(({ op }) => op === 'call');
  expect(call?.op === 'call' && call.attrs.name).toBe('sigmoid');
  await checkEqual(graph);
});
