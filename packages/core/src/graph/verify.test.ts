import { describe, expect, test } from '@jest/globals';
import { AddaxError } from '../errors.ts';
import { parse } from './parse.ts';
import type { AnyNode, Graph } from './types.ts';
import { verify } from './verify.ts';

const graph = parse(`
graph(%0: float32[2, 3]) {
  %1: float32[3] = constant [1, 2, 3]
  %2: float32[2, 3] = broadcast(%1) shape=[2, 3] axes=[1]
  %3: float32[2, 3] = binary(%0, %2) fn="add" @"dense/add"
  return %3
}`);

function withNode(index: number, change: Partial<AnyNode>): Graph {
  const nodes = graph.nodes.map((node, i) => (i === index ? { ...node, ...change } : node));
  return { ...graph, nodes: nodes as AnyNode[] };
}

describe('verify', () => {
  test('accepts a sound graph', () => {
    expect(() => verify(graph)).not.toThrow();
  });

  test('finds operands that are not defined before', () => {
    expect(() => verify({ ...graph, nodes: graph.nodes.toReversed() })).toThrow(AddaxError);
    expect(() => verify(withNode(1, { inputs: [0, 9] }))).toThrow(
      'the graph is broken: %3 = binary (dense/add): operand %9 is not defined before',
    );
  });

  test('finds values that are defined twice', () => {
    expect(() => verify(withNode(1, { outputs: [2] }))).toThrow('value %2 is defined twice');
    expect(() => verify({ ...graph, inputs: [0, 0] })).toThrow('value %0 is defined twice');
  });

  test('finds outputs and values that are not there', () => {
    expect(() => verify({ ...graph, nodes: [] })).toThrow('output %3 is not defined');
    expect(() => verify({ ...graph, inputs: [0, 12] })).toThrow('value %12 has no aval');
  });

  test('finds avals that differ from the shape rule', () => {
    const avals = graph.avals.with(3, { shape: [3, 2], dtype: 'float32' });
    expect(() => verify({ ...graph, avals })).toThrow(
      '%3 is float32[3, 2] but the shape rule gives float32[2, 3]',
    );
    expect(() => verify(withNode(1, { outputs: [] }))).toThrow('it gives 1 result(s) but names 0');
  });

  test('passes on what a shape rule says, with the source of the node', () => {
    expect(() => verify(withNode(1, { inputs: [0, 1] }))).toThrow(
      '(dense/add): binary add: shapes [2, 3] and [3] differ',
    );
  });

  test('finds constants that do not fit their aval', () => {
    const short = new Map([[1, new Float32Array(2)]]);
    const wrong = new Map([[1, new Int32Array(3)]]);
    expect(() => verify({ ...graph, constants: short })).toThrow('holds Float32Array of 2');
    expect(() => verify({ ...graph, constants: wrong })).toThrow('holds Int32Array of 3');
  });

  test('looks into bodies', () => {
    const outer = parse(`
graph(%0: float32[2]) {
  %1: float32[2] = call(%0) name="twice" options={} body=graph(%0: float32[2]) {
    %1: float32[3] = binary(%0, %0) fn="add"
    return %0
  } @"model/twice"
  return %1
}`);
    expect(() => verify(outer)).toThrow('call (model/twice): in its body: the graph is broken');
  });
});
