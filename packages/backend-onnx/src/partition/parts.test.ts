import { describe, expect, test } from '@jest/globals';
import { type Graph, parse, print } from '@addax/core';
import { type Part, partition, wholeOnHost } from './parts.ts';

type Donate = readonly (readonly [number, number])[];

function parts(text: string, donate: Donate = [], unsupported: readonly string[] = []): Part[] {
  const graph = parse(text);
  return partition(graph, { donate, unsupported: ({ op }) => unsupported.includes(op) });
}

const kinds = (list: readonly Part[]): string[] => list.map(({ kind }) => kind);
const ops = ({ graph }: Part): string[] => graph.nodes.map(({ op }) => op);

/** One step of w ← w − 0.1 · xᵀ(x · w), which also gives the sum of the prediction. */
const STEP = `graph(%0: float32[4, 3], %1: float32[3, 2]) {
  %2: float32[4, 2] = dot(%0, %1) batch=[] contract=[[1, 0]]
  %3: float32[] = reduce(%2) fn="sum" axes=[0, 1]
  %4: float32[3, 2] = dot(%0, %2) batch=[] contract=[[0, 0]]
  %5: float32[3, 2] = full() value=0.1 shape=[3, 2] dtype="float32"
  %6: float32[3, 2] = binary(%4, %5) fn="mul"
  %7: float32[3, 2] = binary(%1, %6) fn="sub"
  return %3, %7
}`;

describe('a training step', () => {
  test('computes gradients in the runtime and updates state in place on the host', () => {
    const [session, update, ...rest] = parts(STEP, [[1, 1]]);
    expect(rest).toEqual([]);
    expect(kinds([session!, update!])).toEqual(['session', 'host']);
    expect(ops(session!)).toEqual(['dot', 'reduce', 'dot']);
    expect(ops(update!)).toEqual(['full', 'binary', 'binary']);
    expect(update!.counts).toMatchObject({ update: 2, fallback: 0, hoisted: 0 });
    expect(update!.donate).toEqual([[update!.inputs.indexOf(1), 0]]);
  });

  test('sends one gradient to the host where two are added', () => {
    const text = `graph(%0: float32[2, 2], %1: float32[2, 2]) {
      %2: float32[2, 2] = dot(%0, %1) batch=[] contract=[[1, 0]]
      %3: float32[2, 2] = dot(%1, %0) batch=[] contract=[[1, 0]]
      %4: float32[2, 2] = binary(%2, %3) fn="add"
      %5: float32[2, 2] = binary(%1, %4) fn="sub"
      return %5
    }`;
    const [session, update] = parts(text, [[1, 0]]);
    expect(ops(session!)).toEqual(['dot', 'dot', 'binary']);
    expect(session!.outputs).toHaveLength(1);
    expect(ops(update!)).toEqual(['binary']);
  });

  test('keeps results that are no state in the runtime', () => {
    const text = `graph(%0: float32[2, 2]) {
      %1: float32[2, 2] = dot(%0, %0) batch=[] contract=[[1, 0]]
      %2: float32[2, 2] = unary(%1) fn="tanh"
      return %2
    }`;
    expect(kinds(parts(text))).toEqual(['session']);
  });

  test('does not overwrite state that a later part reads', () => {
    const text = `graph(%0: uint32[2], %1: float32[2, 2]) {
      %2: uint32[2] = randomBits(%0) shape=[2]
      %3: float32[2] = cast(%0) dtype="float32"
      %4: float32[2] = dot(%1, %3) batch=[] contract=[[1, 0]]
      return %2, %4
    }`;
    const [hoisted, session] = parts(text, [[0, 0]]);
    expect(hoisted!.counts.hoisted).toBe(1);
    expect(hoisted!.donate).toEqual([]);
    expect(ops(session!)).toEqual(['cast', 'dot']);
  });
});

describe('random numbers', () => {
  const DROPOUT = `graph(%0: uint32[2], %1: float32[4, 8], %2: float32[8, 8]) {
    %3: uint32[4, 1] = randomBits(%0) shape=[4, 1]
    %4: uint32[4, 1] = full() value=1000 shape=[4, 1] dtype="uint32"
    %5: bool[4, 1] = compare(%3, %4) fn="gt"
    %6: bool[4, 8] = broadcast(%5) shape=[4, 8] axes=[0, 1]
    %7: float32[4, 8] = dot(%1, %2) batch=[] contract=[[1, 0]]
    %8: float32[4, 8] = full() value=0 shape=[4, 8] dtype="float32"
    %9: float32[4, 8] = select(%6, %7, %8)
    return %9
  }`;

  test('are drawn on the host before the runtime is asked', () => {
    const [hoisted, session] = parts(DROPOUT);
    expect(kinds([hoisted!, session!])).toEqual(['host', 'session']);
    expect(ops(hoisted!)).toEqual(['randomBits', 'full', 'compare']);
    expect(hoisted!.counts).toMatchObject({ hoisted: 2, fallback: 0 });
  });

  test('cross as bytes and small, and are widened in the runtime', () => {
    const [hoisted, session] = parts(DROPOUT);
    const [mask] = hoisted!.graph.outputs;
    expect(hoisted!.graph.avals[mask!]).toEqual({ shape: [4, 1], dtype: 'bool' });
    expect(ops(session!)).toContain('broadcast');
  });
});

describe('what the runtime cannot do', () => {
  const SORTED = `graph(%0: float32[4, 4]) {
    %1: float32[4, 4] = dot(%0, %0) batch=[] contract=[[1, 0]]
    %2: float32[4, 4], %3: int32[4, 4] = sort(%1) axis=1 descending=false
    %4: float32[4, 4] = dot(%2, %0) batch=[] contract=[[1, 0]]
    return %4, %3
  }`;

  test('runs on the host between two sessions, and is counted', () => {
    const list = parts(SORTED, [], ['sort']);
    expect(kinds(list)).toEqual(['session', 'host', 'session']);
    expect(list.map(({ counts }) => counts.fallback)).toEqual([0, 1, 0]);
  });

  test('is not cut where it can be done', () => {
    expect(kinds(parts(SORTED))).toEqual(['session']);
  });
});

test('constants of one number are made in every part that needs them', () => {
  const text = STEP.replace('%2: float32[4, 2] = dot(%0, %1)', '%2: float32[4, 2] = dot(%0, %1)');
  const [, update] = parts(text, [[1, 1]]);
  expect(update!.inputs).toHaveLength(2);
});

test('every output is made by exactly one part', () => {
  const graph: Graph = parse(`graph(%0: float32[2]) {
    %1: float32[2] = full() value=3 shape=[2] dtype="float32"
    %2: float32[2] = unary(%0) fn="exp"
    return %1, %2, %0
  }`);
  const list = partition(graph, { donate: [], unsupported: () => false });
  expect(new Set(list.flatMap(({ outputs }) => outputs))).toEqual(new Set([1, 2]));
  expect(print(list[0]!.graph)).toContain('full');
});

test('a small graph is one part of the host', () => {
  const [whole, ...rest] = wholeOnHost(parse(STEP), [[1, 1]]);
  expect(rest).toEqual([]);
  expect(whole!.counts.fallback).toBe(6);
  expect(whole!.donate).toEqual([[1, 1]]);
});
