import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { disagreement, type Run, runGraph } from '@addax/conformance';
import { type AnyNode, type Graph, parse, verify } from '@addax/core';
import { runOnRuntime } from '../testing/node.ts';
import { rewritten } from './rewrite.ts';

const reference = cpu.createSync!();
const ways: readonly [Run, ...Run[]] = [
  (graph, inputs) => runGraph(reference, graph, inputs),
  (graph, inputs) => runGraph(reference, rewritten(graph), inputs),
  runOnRuntime,
];

async function checkEqual(graph: Graph): Promise<void> {
  verify(rewritten(graph));
  expect(await disagreement(graph, ways, { rtol: 1e-5, atol: 1e-5 })).toBeUndefined();
}

function loopsOf(graph: Graph): Graph[] {
  return graph.nodes.flatMap((node) => (node.op === 'scan' ? [node.attrs.body] : []));
}

/** Names of what is computed: ops, or functions of pointwise ones. */
function work({ nodes }: Graph): string[] {
  const named = (node: AnyNode): string =>
    node.op === 'binary' || node.op === 'unary' ? node.attrs.fn : node.op;
  return nodes.filter(({ inputs }) => inputs.length > 0).map(named);
}

describe('products that a loop has made', () => {
  /** A simple recurrent layer that keeps its states, and what its gradient computes again. */
  const layer = (after: string): Graph =>
    parse(`
graph(%0: float32[3, 3], %1: float32[2, 3], %2: float32[4, 2, 3]) {
  %3: float32[2, 3], %4: float32[4, 2, 3] = scan(%0, %1, %2) body=graph(
      %0: float32[3, 3], %1: float32[2, 3], %2: float32[2, 3]) {
    %3: float32[2, 3] = dot(%1, %0) batch=[] contract=[[1, 0]]
    %4: float32[2, 3] = binary(%2, %3) fn="add"
    %5: float32[2, 3] = unary(%4) fn="tanh"
    return %5
  } length=4 constants=1 carries=1 reverse=false saveCarries=true
  %5: float32[4, 2, 3] = dot(%4, %0) batch=[] contract=[[2, ${after.includes('across') ? 1 : 0}]]
  %6: float32[4, 2, 3] = binary(%5, %2) fn="${after.includes('times') ? 'mul' : 'add'}"
  %7: float32[4, 2, 3] = unary(%6) fn="exp"
  return %3, %7${after.includes('shared') ? ', %5' : ''}
}`);

  test('are handed out with the sums they go into', async () => {
    const graph = rewritten(layer(''));
    expect(loopsOf(graph)[0]!.outputs).toHaveLength(2);
    expect(graph.nodes.at(-1)!.inputs).toEqual([graph.nodes[0]!.outputs[1]]);
    await checkEqual(layer(''));
  });

  test('are handed out alone where something else is done with them', async () => {
    for (const after of ['times', 'shared']) {
      const last = rewritten(layer(after))
        .nodes.slice(1)
        .map(({ op }) => op);
      expect(last).toEqual(['binary', 'unary']);
      await checkEqual(layer(after));
    }
  });

  test('are not taken for others', async () => {
    expect(rewritten(layer('across')).nodes[1]!.op).toBe('dot');
    await checkEqual(layer('across'));
  });
});

describe('factors of what depends on the step before', () => {
  /** carry ← carry · a · b · c, where a, b and c are made of the sequence. */
  const product = (...factors: readonly string[]): Graph =>
    parse(`
graph(%0: float32[2, 3], %1: float32[4, 2, 3]) {
  %2: float32[2, 3] = scan(%0, %1) body=graph(%0: float32[2, 3], %1: float32[2, 3]) {
    %2: float32[2, 3] = full() value=0.5 shape=[2, 3] dtype="float32"
    %3: float32[2, 3] = full() value=1 shape=[2, 3] dtype="float32"
    %4: float32[2, 3] = binary(%1, %2) fn="mul"
    %5: float32[2, 3] = unary(%4) fn="tanh"
    %6: float32[2, 3] = binary(%5, %3) fn="add"
    %7: float32[2, 3] = binary(%6, %2) fn="mul"
    %8: float32[2, 3] = binary(%5, %5) fn="mul"
    %9: float32[2, 3] = binary(%3, %8) fn="sub"
    %10: float32[2, 3] = binary(%0, ${factors[0]}) fn="mul"
    %11: float32[2, 3] = binary(${factors[1]}, %10) fn="mul"
    %12: float32[2, 3] = binary(%11, ${factors[2]}) fn="mul"
    %13: float32[2, 3] = binary(%12, %3) fn="add"
    return %13
  } length=4 constants=0 carries=1 reverse=true saveCarries=false
  return %2
}`);

  test('are multiplied before the loop', async () => {
    const graph = product('%1', '%7', '%2');
    expect(work(loopsOf(rewritten(graph))[0]!)).toEqual(['mul', 'add']);
    await checkEqual(graph);
  });

  test('stay apart where their product could overflow and the whole would not', async () => {
    const graph = product('%1', '%1', '%7');
    expect(work(loopsOf(rewritten(graph))[0]!)).toEqual(['mul', 'mul', 'add']);
    await checkEqual(graph);
  });

  test('that are the slope of a sigmoid are made of the sigmoid', async () => {
    const graph = product('%7', '%2', '%9');
    expect(work(rewritten(graph))).toContain('call');
    await checkEqual(graph);
  });
});
